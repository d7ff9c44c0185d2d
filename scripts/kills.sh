#!/usr/bin/env bash
# Kills a phone's process, a server's process and the private Postgres of a server again and again, in the middle of
# writing and of requests, and looks whether anything is lost or torn.
# Prints for each how many kills hit an open edit, or a request that had left a phone and was not fully answered;
# fails if that is less than half, or if anything is lost or torn.
#
#   scripts/kills.sh [--phones N] [--servers N] [--databases N] [--seed S]      200, 50, 20 and 1 unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet -p tests --bin proofs
exec "${CARGO_TARGET_DIR:-target}/debug/proofs" kills "$@"
