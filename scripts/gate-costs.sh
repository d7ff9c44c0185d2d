#!/usr/bin/env bash
# Measures what the gate costs for an honest change: read by itself (stages 1 and 2), read and tried in a document that a worker
# has loaded (and 4; stage 3 needs no document and is part of the push), and whole pushes, while the document grows from 100 to
# 400 changes. CPU of server and worker, without that of Postgres, in one run, on a release build.
#
#   scripts/gate-costs.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# = 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }

cargo build --quiet --release -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/release/proofs" gate-costs
