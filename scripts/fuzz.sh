#!/usr/bin/env bash
# Fuzzes every border that bytes of strangers cross (tests/src/targets.rs), the given time shared among them. Begins with real
# changes and messages and with what is kept in fuzz/corpus, which also runs as a test; goes on where the last run ended.
# Something found is printed, and kept in target/fuzz/artifacts: put it into fuzz/corpus/TARGET once it is mended. Stage 4 of the
# gate runs in a process of its own in a server, so for `ingest` taking too long, or too much memory, is not counted.
# Installs cargo-fuzz for this user, and a nightly compiler, where they are missing.
# Ends with: fuzz targets N minutes N found N
#
#   scripts/fuzz.sh MINUTES [TARGET ..]      precheck canonical ingest wire cursor unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

TARGETS=(precheck canonical ingest wire cursor)
BUILT=$PWD/target/fuzz

usage() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 2
}

need_fuzzer() {
    need_rust
    need_compiler
    if ! command -v rustup >/dev/null; then
        echo "missing on this machine: rustup, for a nightly compiler; see https://rustup.rs" >&2
        return 1
    fi
    if ! rustup run nightly rustc --version >/dev/null 2>&1; then
        echo "installing a nightly compiler for this user"
        rustup toolchain install nightly --profile minimal
    fi
    if ! command -v cargo-fuzz >/dev/null; then
        echo "installing cargo-fuzz for this user"
        cargo install --locked cargo-fuzz
    fi
}

fuzz() {
    local target=$1 seconds=$2 passed_over=()
    local work=$BUILT/corpus/$target artifacts=$BUILT/artifacts/$target
    mkdir -p "$artifacts" "$work"
    "${CARGO_TARGET_DIR:-target}/debug/proofs" fuzz-seeds "$target" "$work"
    if [ "$target" = ingest ]; then passed_over=(-ignore_timeouts=1 -ignore_ooms=1); fi
    rustup run nightly cargo fuzz run --fuzz-dir fuzz --target-dir "$BUILT/build" --sanitizer none "$target" \
        "$work" "fuzz/corpus/$target" -- -fork="$(nproc)" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=8192 -artifact_prefix="$artifacts/" "${passed_over[@]}"
}

[ $# -ge 1 ] && [[ $1 =~ ^[1-9][0-9]*$ ]] || usage
minutes=$1
shift
if [ $# -gt 0 ]; then TARGETS=("$@"); fi
for target in "${TARGETS[@]}"; do
    [ -e "fuzz/fuzz_targets/$target.rs" ] || { echo "there is no target $target" >&2; usage; }
done

need_fuzzer
echo "building what it begins with (1 of 2)"
cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin proofs
echo "building the targets (2 of 2); the first time this takes minutes"
rustup run nightly cargo fuzz build --fuzz-dir fuzz --target-dir "$BUILT/build" --sanitizer none
found=0
for target in "${TARGETS[@]}"; do
    echo "== $target"
    fuzz "$target" $((minutes * 60 / ${#TARGETS[@]})) || found=$((found + 1))
done
echo "fuzz targets ${#TARGETS[@]} minutes $minutes found $found"
[ "$found" = 0 ]
