#!/usr/bin/env bash
# Kills a phone's process again and again in the middle of its writing, and looks whether anything is lost or torn.
# Prints how many kills hit an open edit; fails if that is less than half, or if anything is lost or torn.
#
#   scripts/kills.sh [--phones N] [--seed S]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet -p tests --bin kills
exec "${CARGO_TARGET_DIR:-target}/debug/kills" "$@"
