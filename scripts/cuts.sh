#!/usr/bin/env bash
# Cuts exchanges of phones with a server at every byte, both ways, and lets hotel pages and broken proxies answer in
# between. Fails if a phone ends in a wrong state. Twenty exchanges are repeated again and again, so the server has what they push
# after the first time; one more carries new words each time.
#
#   scripts/cuts.sh [--scenes N] [--every N]      # every Nth byte; 1 unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/debug/proofs" cuts "$@"
