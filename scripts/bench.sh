#!/usr/bin/env bash
# The floor-walk benchmark: what syncs cost on both sides, beside the goals and the figures of others. All eight
# workloads take some minutes. Fails if the two sides of a run differ in the end.
#
#   scripts/bench.sh [W1 ... W8] [--json FILE] [--profile]
#
# Without workloads, all of them. --profile also counts the server's statements, which costs it a little.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release -p tests --bin proofs
exec "${CARGO_TARGET_DIR:-target}/release/proofs" bench "$@"
