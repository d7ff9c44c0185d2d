#!/usr/bin/env bash
# The bindings of mobile-ffi: generates them for Kotlin, Swift and Python from the library, compares them with those that
# are committed, looks whether an app reaches every verb, and plays the stories of mobile-ffi/tests/python against a real
# server, some of them typed on the command line. Kotlin and Swift have their own compilers and suites: scripts/kotlin.sh, scripts/swift.sh.
#
#   scripts/bindings.sh              all of it
#   scripts/bindings.sh --write      writes bindings and table of verbs anew instead of comparing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

committed=mobile-ffi/bindings
debug=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}/debug")

generate() {
    local language
    for language in kotlin swift python; do
        # From the archive: a stripped library says nothing about itself.
        "$debug/uniffi-bindgen" generate "$debug/libmobile_ffi.a" --language "$language" --no-format \
            --out-dir "$1/$language" >/dev/null
    done
}

compare() {
    if ! diff --recursive --brief "$committed" "$1"; then
        echo "the bindings are not those of the library; write them with: scripts/bindings.sh --write"
        return 1
    fi
    mobile-ffi/verbs.py --check
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cargo test --quiet "${MOBILE[@]}"
cargo build --quiet "${MOBILE[@]}"
if [ "${1:-}" = --write ]; then
    rm -rf "$committed"
    generate "$committed"
    mobile-ffi/verbs.py --write
    exit
fi
generate "$scratch/generated"
compare "$scratch/generated"

cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin server
cp "$scratch/generated/python/mobile_ffi.py" "$debug/libmobile_ffi.so" "$scratch"
PHONE_PROGRAM="$debug/floorwalk-phone" PYTHONPATH="$scratch:mobile-ffi/tests/python" \
    mobile-ffi/tests/stand.py python3 -B -m unittest --verbose suite own_words command_line hard_days meanwhile hand_over \
    screens
