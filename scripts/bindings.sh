#!/usr/bin/env bash
# The bindings of mobile-ffi: generates them for Kotlin, Swift and Python from the library, compares them with those that
# are committed, looks whether an app reaches every verb, and plays the stories of mobile-ffi/tests/python against a real
# server. Kotlin and Swift have their own compilers and suites: scripts/kotlin.sh, scripts/swift.sh.
#
#   scripts/bindings.sh              all of it
#   scripts/bindings.sh --write      writes bindings and table of verbs anew instead of comparing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

committed=mobile-ffi/bindings
debug="${CARGO_TARGET_DIR:-target}/debug"

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
cargo test --quiet -p mobile-ffi
cargo build --quiet -p mobile-ffi -p uniffi-bindgen
if [ "${1:-}" = --write ]; then
    rm -rf "$committed"
    generate "$committed"
    mobile-ffi/verbs.py --write
    exit
fi
generate "$scratch/generated"
compare "$scratch/generated"

cargo build --quiet --workspace --exclude mobile-ffi --exclude uniffi-bindgen --all-features --bin server
cp "$scratch/generated/python/mobile_ffi.py" "$debug/libmobile_ffi.so" "$scratch"
PYTHONPATH="$scratch" mobile-ffi/tests/stand.py python3 mobile-ffi/tests/python/suite.py
