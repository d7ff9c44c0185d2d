#!/usr/bin/env bash
# The Swift side of the phone's library: generates the bindings, compiles them with the layer, the examples, the suite and the
# sample by a real Swift compiler, plays stories of people with phones against a real server, and then a leader's first five
# minutes.
#
#   scripts/swift.sh                  all of it
#   scripts/swift.sh WORD ...         only stories whose names contain one of these words, and no sample
#   scripts/swift.sh sample           only the sample
#
# The compiler is Debian trixie's, in a chroot in this user's cache (~/.cache/floorwalk/swift): made once, in some minutes, from
# the mirror in this system's apt sources; 450 MB to load, 3.5 GB on disk. /proc, /dev and this system's files (in /host) are
# mounted there in a mount namespace of its own, so that nothing stays mounted, however this script ends.
# Only root can make a chroot. Where there can be none, this says why and ends well, having proven nothing.
# FLOORWALK_FFI_LIB names a directory with libmobile_ffi.so, libmobile_ffi.a, uniffi-bindgen and server; without it they are
# built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

SUITE=trixie
PACKAGES=(swiftlang libswiftlang swiftlang-dev libc6-dev libstdc++-14-dev binutils libssl3t64)
# The most that a suite may take: it waits for much, and should it wait for ever, somebody wants to know.
LONGEST=15m
SOURCES=mobile-ffi/swift
cache=${XDG_CACHE_HOME:-$HOME/.cache}/floorwalk/swift
root=$cache/root
out=${CARGO_TARGET_DIR:-target}/swift

main() {
    case ${1:-} in
        -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit ;;
        # How this script calls itself inside of the stand.
        --play) shift; play "$@"; exit ;;
    esac
    need_root
    need_swift
    need_library
    generate
    compile
    compile_examples
    in_stand "${BASH_SOURCE[0]}" --play "$@"
}

# --- the compiler -----------------------------------------------------------------------------------------

skip() {
    echo "swift.sh: skipped, nothing was compiled: $*" >&2
    exit 0
}

need_root() {
    [ "$(id -u)" = 0 ] || skip "only root can make a chroot with Swift in it"
    command -v apt-get >/dev/null || skip "this is no Debian, and only Debian's Swift is known here"
    unshare --mount true 2>/dev/null || skip "nothing can be mounted here"
}

need_swift() {
    mkdir -p "$cache"
    # Two at once would unpack into the same place.
    exec 9>"$cache/lock"
    flock 9
    if [ "$(cat "$root.packages" 2>/dev/null)" != "${PACKAGES[*]}" ]; then
        make_chroot
        echo "${PACKAGES[*]}" >"$root.packages"
    fi
    flock --unlock 9
}

make_chroot() {
    local mirror
    command -v debootstrap >/dev/null || install debootstrap || skip "there is no debootstrap"
    mirror=$(find_mirror) || skip "no mirror of this system's apt sources has Debian $SUITE"
    echo "making a chroot of Debian $SUITE with Swift in $root, from $mirror"
    rm -rf "$root" "$root.packages"
    debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$root" "$mirror" >"$cache/log" 2>&1 ||
        skip "the chroot cannot be made: $(tail -n 1 "$cache/log")"
    {
        mkdir -p "$root/host"
        in_chroot apt-get update &&
            in_chroot env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${PACKAGES[@]}" &&
            in_chroot apt-get clean
    } >>"$cache/log" 2>&1 || skip "Swift cannot be installed: $(tail -n 1 "$cache/log")"
}

find_mirror() {
    local uri
    # A proxy that apt was told of is for debootstrap, too.
    eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
    if [ -n "${http_proxy:-}" ]; then export http_proxy; fi
    while read -r uri; do
        /usr/lib/apt/apt-helper download-file "${uri%/}/dists/$SUITE/InRelease" "$cache/InRelease" >/dev/null 2>&1 || continue
        echo "$uri"
        return
    done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u)
    return 1
}

# Swift finds its own libraries by /proc. What is mounted here nobody else sees, and it is gone with its last process.
in_chroot() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount bash -euc '
        root=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --rbind / "$root/host"
        exec chroot "$root" "$@"' bash "$root" "$@"
}

# --- the library and its bindings -------------------------------------------------------------------------

# From the static library: it keeps what the generator reads when the other one is stripped.
generate() {
    local generated=$SOURCES/Generated
    mkdir -p "$out" "$generated/FloorwalkFFI" "$generated/FloorwalkBindings"
    "$lib/uniffi-bindgen" generate "$lib/libmobile_ffi.a" --config "$SOURCES/uniffi.toml" \
        --language swift --no-format --out-dir "$out/generated"
    # What did not change keeps its time, and is not compiled again.
    renew "$out/generated/FloorwalkBindings.swift" "$generated/FloorwalkBindings/FloorwalkBindings.swift"
    renew "$out/generated/FloorwalkFFI.h" "$generated/FloorwalkFFI/FloorwalkFFI.h"
    renew "$out/generated/FloorwalkFFI.modulemap" "$generated/FloorwalkFFI/module.modulemap"
    # A copy: the stand and the compiler must see one library, whatever is built meanwhile.
    renew "$lib/libmobile_ffi.so" "$out/libmobile_ffi.so"
}

renew() {
    cmp --quiet "$1" "$2" || cp "$1" "$2"
}

# --- compiling and playing --------------------------------------------------------------------------------

compile() {
    local there
    there=/host$(cd "$out" && pwd)
    # The sandbox of SwiftPM is Apple's.
    in_chroot swift build --package-path "/host$PWD/$SOURCES" --scratch-path /build --disable-sandbox \
        -Xswiftc -warnings-as-errors -Xlinker "-L$there" -Xlinker "-rpath=$there"
}

# Examples for iOS follow our interface, and use Apple's through declarations of it. Compiled, and not only checked: who may
# touch what from which thread is found out late. A file that converts to Apple's CFDictionary can only be parsed here.
compile_examples() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_chroot bash -euc '
        mkdir -p /build/stubs
        cd /build/stubs
        swift=$1
        for framework in Security BackgroundTasks UIKit CryptoKit; do
            swiftc -emit-module -parse-as-library -swift-version 6 -I . -module-name "$framework" \
                "$swift/Examples/Stubs/$framework.swift"
        done
        mapfile -t compiled < <(grep -L CFDictionary "$swift"/Examples/iOS/*.swift)
        swiftc -c -wmo -parse-as-library -swift-version 6 -warnings-as-errors -module-name Examples -o examples.o \
            -I . -I /build/debug/Modules -Xcc "-fmodule-map-file=$swift/Generated/FloorwalkFFI/module.modulemap" \
            "${compiled[@]}"
        swiftc -frontend -parse "$swift"/Examples/iOS/*.swift' bash "/host$PWD/$SOURCES"
}

# The server refuses variables that look like its own, so nothing of that kind is in its environment.
in_stand() {
    mkdir -p "$out/stand/debug"
    ln -sfn "$lib/server" "$out/stand/debug/server"
    env -u FLOORWALK_FFI_LIB CARGO_TARGET_DIR="$(cd "$out/stand" && pwd)" mobile-ffi/tests/stand.py "$@"
}

# The office is outside of the chroot, beside the server and its database.
play() {
    export PHONE_STAND=/host$PHONE_STAND PHONE_OFFICE_PREFIX="chroot /host"
    if [ "${1:-}" != sample ]; then
        in_chroot timeout "$LONGEST" /build/debug/Suite "$@"
    fi
    if [ $# = 0 ] || [ "$1" = sample ]; then
        in_chroot timeout "$LONGEST" /build/debug/Sample
    fi
}

main "$@"
