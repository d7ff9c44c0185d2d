#!/usr/bin/env bash
# The Kotlin side of the phone's library, on a JVM: generates the bindings, compiles them with the layer, the sample and the
# suite by the real Kotlin compiler, and plays stories of people with phones against a real server.
#
#   scripts/kotlin.sh [WORD]          all stories, or those whose names hold the word
#   scripts/kotlin.sh threads [N]     eight threads, N calls each; 5,000 unless told otherwise
#   scripts/kotlin.sh leaks [N]       opens, watches, syncs, cancels and closes N times, and prints the size of the process
#   scripts/kotlin.sh kills [N]       kills an app that writes and syncs N times; 500 unless told otherwise
#   scripts/kotlin.sh sample          a leader's first five minutes, printed as screens would show them
#   scripts/kotlin.sh run FILE.kt     compiles a program of yours and runs it; its argument is an invitation of the leader
#
# Needs Rust, Java 17, Node's npm, Python, Postgres 15 and OpenSSL's headers. The Kotlin compiler is installed into a cache of this
# user; all but Rust and npm from Debian (as root; others are told what to install).
# FLOORWALK_FFI_LIB names a directory with libmobile_ffi.so, libmobile_ffi.a, uniffi-bindgen and server; without it they are
# built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

COMPILER=kotlin-compiler@2.4.20
SOURCES=mobile-ffi/kotlin
cache=${XDG_CACHE_HOME:-$HOME/.cache}/floorwalk/kotlin
out=${CARGO_TARGET_DIR:-target}/kotlin

main() {
    case ${1:-} in
        -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit ;;
    esac
    # Where the caller is, not where this script works.
    if [ "${1:-}" = run ]; then own=$(cd "$OLDPWD" && realpath -e "${2:?which file?}"); fi
    need_programs
    need_kotlin
    need_jna
    need_library
    if [ "${1:-}" = run ]; then run_own "$own"; fi
    compile
    check_the_checker
    # In a small heap the size of the process says something about what lies outside of it.
    heap=800m
    if [ "${1:-}" = leaks ]; then heap=64m; fi
    run_java -Xmx$heap -cp "$classpath:$out/bindings.jar:$out/layer.jar:$out/suite.jar" com.floorwalk.suite.MainKt "$@"
}

# A file `firstNote.kt` has its `main` in a class `FirstNoteKt`, in the package that it names.
run_own() {
    local name package
    name=$(basename "$1" .kt)
    package=$(sed -n 's/^package \([A-Za-z0-9_.]*\).*/\1./p' "$1" | head -n 1)
    compile_bindings_and_layer
    echo "compiling $name.kt"
    "${kotlinc[@]}" -cp "$classpath:$out/bindings.jar:$out/layer.jar" -d "$out/own.jar" "$1"
    run_java -cp "$classpath:$out/bindings.jar:$out/layer.jar:$out/own.jar" "$package${name^}Kt" @leader
}

run_java() {
    in_stand java -Djna.library.path="$lib" -Djna.boot.library.path="$jni" "$@"
}

# Everything at once, before minutes go into compiling.
need_programs() {
    need_rust
    need_compiler
    need_python
    need_postgres
    need_openssl
    command -v java >/dev/null || install openjdk-17-jdk-headless
}

need_kotlin() {
    local jars=$cache/node_modules/kotlin-compiler/lib
    # The folder's name says nothing of the version.
    if [ "$(cat "$cache/version" 2>/dev/null)" != "$COMPILER" ]; then
        command -v npm >/dev/null || { echo "npm is missing: it brings $COMPILER" >&2; exit 1; }
        echo "installing $COMPILER into $cache"
        npm install --silent --no-fund --no-audit --prefix "$cache" "$COMPILER"
        echo "$COMPILER" >"$cache/version"
    fi
    classpath=$jars/kotlin-stdlib.jar:$jars/kotlinx-coroutines-core-jvm.jar:$jars/kotlin-test.jar
    kotlinc=(java -Xmx1200m -XX:+UseSerialGC -cp "$jars/kotlin-compiler.jar:$jars/kotlin-stdlib.jar:$jars/kotlin-script-runtime.jar:$jars/kotlin-reflect.jar:$jars/kotlinx-coroutines-core-jvm.jar:$jars/annotations-13.0.jar"
        org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -jvm-target 17)
}

need_jna() {
    dpkg -s libjna-java libjna-jni >/dev/null 2>&1 || install libjna-java
    jna=$(dpkg -L libjna-java | grep '/java/jna.jar$')
    jni=$(dirname "$(dpkg -L libjna-jni | grep '\.so$')")
    classpath=$classpath:$jna
}

# The server refuses variables that look like its own, so nothing of that kind is in its environment.
in_stand() {
    mkdir -p "$out/stand/debug"
    ln -sfn "$lib/server" "$out/stand/debug/server"
    exec env -u FLOORWALK_FFI_LIB CARGO_TARGET_DIR="$(cd "$out/stand" && pwd)" mobile-ffi/tests/stand.py "$@"
}

# Each part is compiled again only when something of it, or of what it stands on, has changed.
compile() {
    compile_bindings_and_layer
    part suite compile_suite "$out/layer.sum" $SOURCES/suite $SOURCES/sample
}

compile_bindings_and_layer() {
    mkdir -p "$out"
    part bindings generate_and_compile "$lib/libmobile_ffi.a" $SOURCES/uniffi.toml
    part layer compile_layer "$out/bindings.sum" $SOURCES/layer
}

part() {
    local name=$1 make=$2 sum
    shift 2
    sum=$(find "$@" -type f | LC_ALL=C sort | xargs -d '\n' sha256sum)
    [ "$(cat "$out/$name.sum" 2>/dev/null)" != "$sum" ] || return 0
    echo "compiling the $name"
    "$make"
    echo "$sum" >"$out/$name.sum"
}

# Libraries of phones are not built here, but what looks at them can be looked at.
check_the_checker() {
    python3 -B $SOURCES/android/check_pages_test.py 2>"$out/check_pages.log" || { cat "$out/check_pages.log"; exit 1; }
}

# From the static library: it keeps what the generator reads when the other one is stripped.
generate_and_compile() {
    rm -rf "$out/generated"
    "$lib/uniffi-bindgen" generate "$lib/libmobile_ffi.a" --config $SOURCES/uniffi.toml \
        --language kotlin --no-format --out-dir "$out/generated"
    # What is generated has warnings that nobody here can mend.
    "${kotlinc[@]}" -nowarn -cp "$classpath" -d "$out/bindings.jar" "$out/generated"
}

compile_layer() {
    "${kotlinc[@]}" -Werror -cp "$classpath:$out/bindings.jar" -d "$out/layer.jar" $SOURCES/layer
}

# The suite is the layer's friend: it sees what is internal there.
compile_suite() {
    "${kotlinc[@]}" -Werror -Xfriend-paths="$out/layer.jar" -cp "$classpath:$out/bindings.jar:$out/layer.jar" \
        -d "$out/suite.jar" $SOURCES/suite $SOURCES/sample
}

main "$@"
