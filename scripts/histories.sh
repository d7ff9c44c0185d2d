#!/usr/bin/env bash
# Plays histories on real parts: two server processes on one Postgres, phones with SQLite files, a proxy in front of each
# phone that cuts connections and lies, and kills of servers and phones at any moment. Prints one line about them all;
# fails if an edit that returned is missing anywhere, or if anybody has what is not theirs.
#
#   scripts/histories.sh [--histories N] [--steps N] [--seed S]         20, 120 and 1 unless told otherwise
#
#   scripts/histories.sh --models [N]        instead: N histories (1000) after which two phones and what the server has show the same bytes
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" = --models ]; then
    PROPTEST_CASES=${2:-1000} exec cargo test --quiet -p sync-core --all-features --lib two_phones_that_synced
fi
cargo build --quiet -p tests --bin proofs
exec "${CARGO_TARGET_DIR:-target}/debug/proofs" histories "$@"
