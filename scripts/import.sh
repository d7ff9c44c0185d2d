#!/usr/bin/env bash
# Measures what taking in a file of numbers costs: the first time, the same again, and with every tenth line corrected. Time, lines
# a second and memory, on a release build.
#
#   scripts/import.sh [--rows N] [--people N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/release/proofs" import "$@"
