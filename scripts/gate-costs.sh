#!/usr/bin/env bash
# Measures what the gate costs for an honest change: by itself, through all stages in a document that a worker has loaded, and
# the whole push beside it. CPU, in one run, on a release build.
#
#   scripts/gate-costs.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# = 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }

cargo build --quiet --release -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/release/proofs" gate-costs
