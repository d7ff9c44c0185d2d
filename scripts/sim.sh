#!/usr/bin/env bash
# Plays simulated histories: phones, servers and a database in one process and in virtual time, with everything that
# can go wrong between them. Prints one line about them all; fails if a promise was not kept, and then prints the
# steps that it takes, ready to be pasted into tests/it/sim_regressions.rs.
#
#   scripts/sim.sh [--histories N] [--seed S] [--jobs J] [--trace-hash]
#   scripts/sim.sh --bugs                                 the mistakes that can be planted
#   scripts/sim.sh --bug NAME [--histories N] [--seed S]  plants one, and stops at the first history that notices
#                                                         (exit status 1: noticed; 0: not)
#   scripts/sim.sh --histories 1 --seed S --trace         everything that happens in one history
#   scripts/sim.sh --each-bug --histories 200 --seed S    fails unless each is noticed within so many histories
#   scripts/sim.sh --help                                 all options
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release -p tests --bin proofs
exec "${CARGO_TARGET_DIR:-target}/release/proofs" sim "$@"
