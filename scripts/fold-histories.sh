#!/usr/bin/env bash
# Random edit histories through the fold: drafts, rebases, refusals, conflicts, all kinds of edits.
# Prints what it found; fails if a fold said something else than its drafts, let out what had been
# taken back, or had to fall back to the plain concatenation.
#
#   scripts/fold-histories.sh [HISTORIES [SEED]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release -p sync-core --example fold_histories
exec "${CARGO_TARGET_DIR:-target}/release/examples/fold_histories" --histories "${1:-10000}" --seed "${2:-1}"
