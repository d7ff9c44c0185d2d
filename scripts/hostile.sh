#!/usr/bin/env bash
# Pushes every hostile change that is known through the gate, each against a meeting that somebody else has written in, and
# prints what became of it. Fails unless each is refused under the right code (a few are harmless and must pass) and everybody
# can go on with the document. In this process, without a server: with one, the same cases are in tests/it/hostile.rs.
# Ends with: cases N refused N harmful 0
#
#   scripts/hostile.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash
[ $# = 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }

cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin proofs
exec "${CARGO_TARGET_DIR:-target}/debug/proofs" hostile
