#!/usr/bin/env bash
# First pushes honest edits of every kind through the gate, which must let them all through. Then edits real changes in one to
# three places each, writes them again so that lengths and checksums fit, and pushes each through the gate, against the document
# that it was made for. Fails if the gate panics or hangs where a server is not protected from it, or lets something through
# after which two people could read different things, or somebody could not go on; such a mutant is printed with its seed, its
# number and its bytes. A worker that hangs or dies at Try is a refusal, as in a server, and counts as worker_deaths. A worker
# counts as hanging after 20 s without a word, so leave the cores to it. All cores are used; built with optimisation.
# Ends with: mutants N refused N accepted N panics 0 hangs 0 differ 0 worker_deaths N
#
#   scripts/mutants.sh [--count N] [--seed S] [--first N] [--edits N]      100000, 1, 0 and 10000 unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

cargo build --quiet --release "${EVERYTHING_ELSE[@]}" --bin proofs
exec "${CARGO_TARGET_DIR:-target}/release/proofs" mutants "$@"
