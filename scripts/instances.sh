#!/usr/bin/env bash
# Lets phones push through two instances of the server on one database while others read through both, and looks
# whether any phone missed a row. The same load on a feed with places from a plain sequence is the control.
# Fails if a row was missed, or if the control missed none.
#
#   scripts/instances.sh [--seconds N] [--phones N] [--seed S]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet -p tests --bin proofs
exec scripts/with-postgres.sh "${CARGO_TARGET_DIR:-target}/debug/proofs" instances "$@"
