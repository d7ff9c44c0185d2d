#!/usr/bin/env bash
# Builds what Package.swift needs on a Mac: FloorwalkFFI.xcframework, for phones and for simulators of both kinds of Mac, and
# the bindings in Generated/. NEEDS A MAC with Xcode and rustup; on Linux, scripts/swift.sh compiles and tests the same sources.
# Not run on the machines that made it, which have no Mac: a first run may need a hand.
#
#   mobile-ffi/swift/build-xcframework.sh            builds both
#   mobile-ffi/swift/build-xcframework.sh --zip      and packs the framework for a release, printing its checksum
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

PHONE=aarch64-apple-ios
SIMULATORS=(aarch64-apple-ios-sim x86_64-apple-ios)
SWIFT=mobile-ffi/swift
target=${CARGO_TARGET_DIR:-target}
out=$target/xcframework
# As Package.swift says. Without it, the C code inside is built for Xcode's newest.
export IPHONEOS_DEPLOYMENT_TARGET=16.0

main() {
    case ${1:-} in
        "" | --zip) ;;
        *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2 ;;
    esac
    need_mac
    for one in "$PHONE" "${SIMULATORS[@]}"; do
        build "$one"
    done
    generate
    pack
    if [ "${1:-}" = --zip ]; then zipped; fi
}

need_mac() {
    if [ "$(uname -s)" != Darwin ] || ! xcodebuild -version >/dev/null 2>&1; then
        echo "this needs a Mac with Xcode: only there are Apple's linker, headers and xcodebuild" >&2
        exit 1
    fi
    rustup target add "$PHONE" "${SIMULATORS[@]}"
}

# A static library only: an app of one binary starts faster, and nothing has to be signed apart. Without `desktop`: URLSession
# is the network stack. SQLCipher takes Apple's own cryptography, so that no OpenSSL is shipped.
build() {
    cargo rustc --profile phone -p mobile-ffi --lib --crate-type staticlib --target "$1" \
        --no-default-features --features encryption
}

generate() {
    rm -rf "$out" "$SWIFT/Generated"
    mkdir -p "$out/headers/FloorwalkFFI" "$SWIFT/Generated/FloorwalkBindings"
    cargo run --quiet -p uniffi-bindgen -- generate "$target/$PHONE/phone/libmobile_ffi.a" \
        --language swift --no-format --config "$SWIFT/uniffi.toml" --out-dir "$out/bindings"
    mv "$out/bindings/FloorwalkBindings.swift" "$SWIFT/Generated/FloorwalkBindings"
    # In a folder of its own: two frameworks with a module.modulemap at the same place do not go into one app.
    mv "$out/bindings/FloorwalkFFI.h" "$out/headers/FloorwalkFFI"
    mv "$out/bindings/FloorwalkFFI.modulemap" "$out/headers/FloorwalkFFI/module.modulemap"
}

pack() {
    local simulators=()
    for one in "${SIMULATORS[@]}"; do
        simulators+=("$target/$one/phone/libmobile_ffi.a")
    done
    # An xcframework has one library for a platform: that of all simulators is one with two kinds of code in it.
    mkdir -p "$out/simulator"
    lipo -create "${simulators[@]}" -output "$out/simulator/libmobile_ffi.a"
    rm -rf "$SWIFT/FloorwalkFFI.xcframework"
    xcodebuild -create-xcframework \
        -library "$target/$PHONE/phone/libmobile_ffi.a" -headers "$out/headers" \
        -library "$out/simulator/libmobile_ffi.a" -headers "$out/headers" \
        -output "$SWIFT/FloorwalkFFI.xcframework"
}

zipped() {
    local zip=$SWIFT/FloorwalkFFI.xcframework.zip
    ditto -c -k --keepParent "$SWIFT/FloorwalkFFI.xcframework" "$zip"
    echo "checksum for Package.swift: $(swift package --package-path "$SWIFT" compute-checksum "$zip")"
}

main "$@"
