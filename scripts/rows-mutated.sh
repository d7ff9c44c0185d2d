#!/usr/bin/env bash
# Breaks the product in the ways of scripts/mutations, one at a time, and runs the tests of the row that promises otherwise: they
# must fail, or they prove nothing. Prints each mutation with its rows: red is as it should be, green is a row that anybody may
# break unnoticed.
# Ends with: mutations N red N green 0
#
#   scripts/rows-mutated.sh               all of them
#   scripts/rows-mutated.sh NAME..        these
#   scripts/rows-mutated.sh --list        what each of them breaks
#   scripts/rows-mutated.sh --check       only whether each still applies
#
# Works on a copy of what git knows of this tree, changes that are not committed with it, below the target directory: nothing here
# is touched. The first run builds all that tests need there, which takes a while; then a mutation takes a minute or so.
#
# A mutation is a file NAME.patch: a sentence that says what is wrong with it, `Rows:` (the rows that must turn red), `Tests:` (where
# their tests are, as arguments of cargo nextest), an empty line, and the diff. It is small, and its program builds. To make one: break
# something here, `git diff -U1`, and `git restore` it.
# Fails when the tests of a row stay green, fail without any mutation, or are not there; and when a mutation does not apply or build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

MUTATIONS=scripts/mutations
here=$PWD
work=$(realpath -m "${CARGO_TARGET_DIR:-target}")/mutations
tree=$work/tree

# --- what a mutation says of itself -----------------------------------------------------------------------

says() {
    head -n 1 "$(file_of "$1")"
}

# $2: Rows or Tests
field() {
    sed -n "/^\$/q;s/^$2: //p" "$(file_of "$1")"
}

file_of() {
    echo "$here/$MUTATIONS/$1.patch"
}

# Those that share their tests come together, so that little is built anew.
names() {
    local file
    for file in "$MUTATIONS"/*.patch; do
        file=$(basename "$file" .patch)
        printf '%s\t%s\n' "$(field "$file" Tests)" "$file"
    done | sort | cut -f 2
}

# --- the copy ---------------------------------------------------------------------------------------------

# Its place is always the same, so that the next run finds what this one built.
make_tree() {
    local commit
    # Whoever runs this need not have told git their name.
    commit=$(git -c user.name=mutations -c user.email=mutations@localhost stash create)
    rm -rf "$tree"
    git worktree prune
    mkdir -p "$work"
    git worktree add --quiet --detach "$tree" "${commit:-HEAD}"
    trap 'cd "$here" && git worktree remove --force "$tree"' EXIT
    cd "$tree"
    export CARGO_TARGET_DIR=$work/target
}

# A row's tests carry its name at the beginning of their own, perhaps beside other rows: r103_r105_each_role_has_exactly_its_column.
# Answers passed, failed, or what else happened.
run_row() {
    local row=${1,,} tests=$2 run=() said status=0
    case $tests in
        *'-p sync-core'*) ;;
        *) run=(scripts/with-postgres.sh) ;;
    esac
    # shellcheck disable=SC2206  # words, not one word
    run+=(cargo nextest run $tests -E "test(/(^|::)([a-z][0-9]+_)*${row}_/)")
    said=$("${run[@]}" </dev/null 2>&1) || status=$?
    case $status in
        0) echo passed ;;
        4) echo "has no tests" ;;
        # A test that hangs on a busy machine says nothing about what it guards.
        100) if grep -q ' TIMEOUT ' <<<"$said"; then echo "ran out of time"; else echo failed; fi ;;
        *)
            printf '%s\n' "$said" | tail -n 40 >&2
            echo "does not build"
            ;;
    esac
}

# Tests that fail while nothing is broken prove nothing when something is.
run_unbroken() {
    local name row tests outcome
    declare -A known=()
    for name in "${chosen[@]}"; do
        tests=$(field "$name" Tests)
        for row in $(field "$name" Rows); do
            [ -z "${known[$row $tests]:-}" ] || continue
            known[$row $tests]=seen
            outcome=$(run_row "$row" "$tests")
            [ "$outcome" = passed ] || { print - "$row" "$outcome, with nothing broken ($tests)"; return 1; }
        done
    done
    print - - "${#known[@]} rows pass while nothing is broken"
}

# --- one mutation -----------------------------------------------------------------------------------------

print() {
    printf '%-30s %-9s %s\n' "$@"
}

does_not_apply() {
    print "$1" - "does not apply: what it breaks has changed. Break it in today's code and write the diff anew into \
$MUTATIONS/$1.patch; or remove the file, if that can no longer be broken"
    worse=$((worse + 1))
}

mutate() {
    local name=$1 number=$2 tests row verdict outcome
    tests=$(field "$name" Tests)
    git apply "$(file_of "$name")" 2>/dev/null || { does_not_apply "$name"; return; }
    verdict=red
    for row in $(field "$name" Rows); do
        outcome=$(run_row "$row" "$tests")
        case $outcome in
            failed) print "$name" "$row" "red ($number)" ;;
            passed)
                print "$name" "$row" "GREEN ($number): $(says "$name")"
                verdict=green
                ;;
            *)
                print "$name" "$row" "$outcome, and so proves nothing ($number)"
                verdict=worse
                break
                ;;
        esac
    done
    git checkout --quiet -- .
    case $verdict in
        red) red=$((red + 1)) ;;
        green) green=$((green + 1)) ;;
        worse) worse=$((worse + 1)) ;;
    esac
}

# --- all of them ------------------------------------------------------------------------------------------

list() {
    local name
    for name in "${chosen[@]}"; do
        print "$name" "$(field "$name" Rows)" "$(says "$name")"
    done
}

check() {
    local name
    for name in "${chosen[@]}"; do
        git apply --check "$(file_of "$name")" 2>/dev/null || does_not_apply "$name"
    done
    echo "mutations ${#chosen[@]} not_applying $worse"
    [ "$worse" = 0 ]
}

do_all() {
    local name number=0
    need_compiler
    need_postgres
    need_nextest
    make_tree
    echo "running the tests of these rows with nothing broken; the first time, building them takes many minutes"
    run_unbroken
    for name in "${chosen[@]}"; do
        number=$((number + 1))
        mutate "$name" "$number of ${#chosen[@]}"
    done
    [ "$worse" = 0 ] || echo "neither red nor green $worse"
    echo "mutations ${#chosen[@]} red $red green $green"
    [ $((green + worse)) = 0 ]
}

red=0 green=0 worse=0 what=do_all
case "${1:-}" in
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit ;;
    --list) what=list; shift ;;
    --check) what=check; shift ;;
    -*) echo "unknown option $1; see --help" >&2; exit 2 ;;
esac
mapfile -t chosen < <(names)
if [ $# -gt 0 ]; then
    chosen=("$@")
    for name in "$@"; do
        [ -e "$(file_of "$name")" ] || { echo "no such mutation: $name; see --list" >&2; exit 2; }
    done
fi
"$what"
