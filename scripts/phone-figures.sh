#!/usr/bin/env bash
# What the phone's library costs, as a phone gets it (profile `phone`: small, stripped, encrypted, no network stack of its own):
# how large it is, and how long a phone with 1,000 documents takes until a list is on the screen. On this machine; a phone's
# processor is of another kind, its library of about the same size (scripts/cross.sh prints that without the C code).
#
#   scripts/phone-figures.sh                with the system's OpenSSL
#   scripts/phone-figures.sh --vendored     with an OpenSSL inside, as for Android
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash
case ${1:-} in
    "") features=encryption ;;
    --vendored) features=vendored-openssl ;;
    *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

target=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# One kind of library alone: with an rlib beside it, cargo leaves out link-time optimisation (rust-lang/cargo#4611).
cargo rustc --quiet --profile phone -p mobile-ffi --lib --crate-type cdylib --no-default-features --features "$features"
cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin server
cp "$target/phone/libmobile_ffi.so" mobile-ffi/bindings/python/mobile_ffi.py "$scratch"
printf 'the library, stripped: %s bytes\n' "$(stat --format %s "$scratch/libmobile_ffi.so")"
printf 'it needs: %s\n' "$(readelf --dynamic "$scratch/libmobile_ffi.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | paste -sd ' ')"
PYTHONPATH="$scratch:mobile-ffi/tests/python" mobile-ffi/tests/stand.py python3 -B mobile-ffi/tests/python/figures.py
