#!/usr/bin/env bash
# Kills the primary of a replicated pair of Postgres while phones push through two servers, and promotes the standby,
# again and again. Fails if anything that was acknowledged is missing afterwards, before any phone comes back.
#
#   scripts/promotions.sh [--promotions N] [--pairs N] [--seed S]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet -p tests --bin proofs
exec "${CARGO_TARGET_DIR:-target}/debug/proofs" promotions "$@"
