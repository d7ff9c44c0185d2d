#!/usr/bin/env bash
# Whether the phone's library compiles and links for the processors and systems of phones, as far as this can be seen without
# Android's NDK and without a Mac: everything that is written in Rust, against stubs of the systems' own libraries.
#
#   scripts/cross.sh                 both
#   scripts/cross.sh android         aarch64-linux-android: a shared library, and whether phones with pages of 16 KB load it
#   scripts/cross.sh ios             aarch64-apple-ios: a static library, which needs no linker
#
# The C code inside (SQLCipher, zstd) is not compiled, as there are no headers of those systems here. What is made here is
# thrown away: what is shipped is built as mobile-ffi/kotlin/android/README.md and mobile-ffi/swift/README.md say.
# Needs rustup, and for Android clang and lld (on Debian, as root, they are installed; others are told what to install).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

LIBRARY=libmobile_ffi
target=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
stubs=$target/cross

main() {
    case ${1:-all} in
        all) check_android; check_ios ;;
        android) check_android ;;
        ios) check_ios ;;
        *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2 ;;
    esac
}

check_android() {
    need_linker
    make_stubs
    # An ending that tells rustc whose options this linker takes.
    CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER=$stubs/stub-clang build aarch64-linux-android cdylib
    mobile-ffi/kotlin/android/check_pages.py "$target/aarch64-linux-android/phone/$LIBRARY.so"
    look_at_symbols "$target/aarch64-linux-android/phone/$LIBRARY.so"
}

check_ios() {
    make_stubs
    build aarch64-apple-ios staticlib
    ls -l "$target/aarch64-apple-ios/phone/$LIBRARY.a"
}

# With --no-default-features: no SQLCipher, and the system's network stack, as on phones.
build() {
    rustup target add "$1" 2>/dev/null
    echo "building for $1"
    LIBSQLITE3_SYS_USE_PKG_CONFIG=1 ZSTD_SYS_USE_PKG_CONFIG=1 PKG_CONFIG_ALLOW_CROSS=1 PKG_CONFIG_LIBDIR=$stubs \
        cargo rustc --quiet --profile phone -p mobile-ffi --lib --no-default-features --target "$1" --crate-type "$2"
}

need_linker() {
    local missing=()
    command -v clang >/dev/null || missing+=(clang)
    command -v ld.lld >/dev/null || missing+=(lld)
    [ ${#missing[@]} = 0 ] || install "${missing[@]}"
}

# Libraries with nothing in them, in place of the systems' own and of the C code.
make_stubs() {
    local name
    mkdir -p "$stubs"
    for name in sqlite3 libzstd; do
        printf 'Name: %s\nDescription: a stub\nVersion: 99.0.0\nLibs: -L%s -l%s\n' "$name" "$stubs" "${name#lib}" >"$stubs/$name.pc"
    done
    cat >"$stubs/stub-clang" <<STUB
#!/bin/sh
exec clang --target=aarch64-linux-android24 -fuse-ld=lld -nostartfiles -nodefaultlibs \\
    -Wl,--unresolved-symbols=ignore-all -L "$stubs" "\$@"
STUB
    chmod +x "$stubs/stub-clang"
    command -v clang >/dev/null || return 0
    for name in c m dl log unwind gcc sqlite3 zstd; do
        clang --target=aarch64-linux-android24 -fuse-ld=lld -nostdlib -shared -x c /dev/null -o "$stubs/lib$name.so"
    done
}

# What the system, and the C code, must bring; anything else would be missing on a phone.
look_at_symbols() {
    local missing
    missing=$(nm --dynamic --undefined-only "$1" | awk '{ print $NF }' | sed 's/@.*//' |
        grep -vE '^(sqlite3|ZSTD)_' | sort)
    echo "asks of Android: $(wc -l <<<"$missing") symbols"
    ! grep -E '^(_ZN|_R|rust_|ffi_|uniffi_)' <<<"$missing" || { echo "these are ours, and are not there"; return 1; }
}

main "$@"
