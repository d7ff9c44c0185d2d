#!/usr/bin/env bash
# Lets phones push honest and hostile changes while the workers that try them are killed five times a second. Fails unless
# every push gets the right verdict, and everything that was accepted is there afterwards; prints how many pushes went
# through, with kills and without.
#
#   scripts/trials.sh [--seconds N] [--phones N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/release/proofs" trials "$@"
