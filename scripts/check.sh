#!/usr/bin/env bash
# Every check of the project, by name; what CI runs and what a person runs are the same.
#
#   scripts/check.sh                 all checks
#   scripts/check.sh --only NAME     this one (may be given several times)
#   scripts/check.sh --fix           mend what can be mended (fmt, clippy, migrations) instead of complaining
#   scripts/check.sh --list          the names
#
# To add a check: write a function check_NAME (dashes become underscores) and put NAME into CHECKS.
# Rust and cargo-nextest are installed for whoever runs this; Debian packages only for root, others are told what to install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

CHECKS=(fmt clippy doc core-is-pure no-planted-bugs sizes migrations test sim bindings)
FILE_LINES=500
HISTORIES=300
CHECKSUMS=server/migrations/CHECKSUMS
fix=no

check_fmt() {
    if [ "$fix" = yes ]; then cargo fmt --all; fi
    cargo fmt --all --check
}

check_clippy() {
    local mend=()
    if [ "$fix" = yes ]; then mend=(--fix --allow-dirty --allow-staged); fi
    need_compiler
    cargo clippy "${mend[@]}" "${EVERYTHING_ELSE[@]}" --all-targets -- -D warnings
    cargo clippy "${mend[@]}" -p server --no-default-features --all-targets -- -D warnings
    need_openssl
    cargo clippy "${mend[@]}" "${MOBILE[@]}" --all-targets -- -D warnings
}

check_doc() {
    need_compiler
    # The reader of these pages is a developer, who sees the private items too.
    RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" cargo doc "${EVERYTHING_ELSE[@]}" --no-deps --document-private-items
}

# The engine must run anywhere: no runtime, no database, no network below it unless a feature asks for it.
check_core_is_pure() {
    local tree
    tree=$(cargo tree -p sync-core --no-default-features -e normal --prefix none)
    if grep -E '^(tokio|axum|sqlx|rusqlite|reqwest|zstd)(-[a-z]+)* v' <<<"$tree"; then
        echo "sync-core without features must not depend on these"
        return 1
    fi
    need_compiler
    cargo check -p sync-core --no-default-features
}

# The mistakes that the simulator must notice are in no program that anybody runs.
check_no_planted_bugs() {
    local packages tree
    # As somebody builds who says nothing, the server alone, and what goes to phones.
    for packages in "" "-p server" "-p mobile-ffi" "-p floorwalk-phone"; do
        # shellcheck disable=SC2086  # words, not one word
        tree=$(cargo tree $packages -e features --prefix none)
        if grep -F seeded-bugs <<<"$tree"; then
            echo "must not be built with this: cargo build $packages"
            return 1
        fi
    done
}

# Files only; functions are measured by clippy (too_many_lines).
check_sizes() {
    local long
    long=$(find . \( -path ./target -o -path ./.git -o -path '*/data' -o -path '*/generated' \) -prune -o \
        -type f \( -name '*.rs' -o -name '*.sh' -o -name '*.sql' \) -exec awk -v most="$FILE_LINES" \
        'FNR == most + 1 { print FILENAME }' {} +)
    [ -z "$long" ] || { printf 'longer than %s lines: %s\n' "$FILE_LINES" "$long"; return 1; }
}

# A migration that was committed has run somewhere: it is never changed, only followed by another.
check_migrations() {
    local file
    if [ "$fix" = yes ]; then add_checksums; fi
    (cd server/migrations && sha256sum --check --strict --quiet "$(basename "$CHECKSUMS")")
    for file in server/migrations/*.sql; do
        grep -q "  $(basename "$file")\$" "$CHECKSUMS" ||
            { echo "$file is not in $CHECKSUMS; add it with: scripts/check.sh --only migrations --fix"; return 1; }
    done
    need_postgres
    # shellcheck disable=SC2016  # expanded by the inner shell, which has DATABASE_URL
    scripts/with-postgres.sh bash -euc '
        for file in server/migrations/*.sql; do
            psql "$DATABASE_URL" --no-psqlrc --quiet --single-transaction --set ON_ERROR_STOP=1 --file "$file"
        done'
}

add_checksums() {
    local file
    touch "$CHECKSUMS"
    for file in server/migrations/*.sql; do
        file=$(basename "$file")
        grep -q "  $file\$" "$CHECKSUMS" || (cd server/migrations && sha256sum "$file") >>"$CHECKSUMS"
    done
}

check_test() {
    need_compiler
    need_postgres
    need_nextest
    # Without the examples, which clippy has seen.
    scripts/with-postgres.sh cargo nextest run "${EVERYTHING_ELSE[@]}" --tests
    cargo test --doc "${EVERYTHING_ELSE[@]}"
}

# The first of what scripts/sim.sh plays, built as the tests are: as many as CI has time for.
check_sim() {
    need_compiler
    cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin proofs
    "${CARGO_TARGET_DIR:-target}/debug/proofs" sim --histories "$HISTORIES"
}

# Bindings that are generated anew, and stories through them on a library that encrypts.
check_bindings() {
    need_compiler
    need_openssl
    need_postgres
    need_python
    scripts/bindings.sh
}

# --- running them -----------------------------------------------------------------------------------------

known() {
    printf '%s\n' "${CHECKS[@]}" | grep -qxF -- "$1"
}

parse() {
    only=()
    while [ $# -gt 0 ]; do
        case $1 in
            --only)
                known "${2:-}" || { echo "no such check: ${2:-}; there are: ${CHECKS[*]}" >&2; exit 2; }
                only+=("$2")
                shift
                ;;
            --fix) fix=yes ;;
            --list) printf '%s\n' "${CHECKS[@]}"; exit ;;
            *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2 ;;
        esac
        shift
    done
    [ ${#only[@]} -gt 0 ] || only=("${CHECKS[@]}")
}

run() {
    local name=$1 start=$SECONDS status
    echo "== $name"
    # Not in a condition: there, bash would ignore every failure but the last.
    set +e
    (
        set -e
        "check_${name//-/_}"
    ) 2>&1
    status=$?
    set -e
    if [ "$status" = 0 ]; then
        passed+=("$name")
        outcomes+=("ok    $name ($((SECONDS - start)) s)")
    else
        failed+=("$name")
        outcomes+=("FAIL  $name ($((SECONDS - start)) s)")
    fi
    echo "${outcomes[-1]}"
}

parse "$@"
passed=()
failed=()
outcomes=()
need_rust
for name in "${only[@]}"; do
    run "$name"
done
echo
printf '%s\n' "${outcomes[@]}"
echo "${#passed[@]} passed, ${#failed[@]} failed"
[ ${#failed[@]} = 0 ]
