#!/usr/bin/env bash
# What the product promises, row by row, and the tests that prove it: a test names its row at the beginning of its own name
# (r60_.., d5_..), in Rust and in the stories of mobile-ffi/tests/python.
#
#   scripts/rows.sh             runs those tests of Rust and prints a row for each promise of scripts/rows.tsv
#   scripts/rows.sh --list      prints without running anything: which tests each row has
#
# Fails while a row has no test, or one of its tests fails. The stories in Python are named here and run by
# scripts/check.sh --only bindings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/needs.bash
source scripts/needs.bash

only_list=no
case "${1:-}" in
    "") ;;
    --list) only_list=yes ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit ;;
    *) echo "unknown option $1; see --help" >&2; exit 2 ;;
esac

ran=$(mktemp)
trap 'rm -f "$ran"' EXIT
if [ "$only_list" = no ]; then
    need_compiler
    scripts/with-postgres.sh cargo nextest run "${EVERYTHING_ELSE[@]}" --no-fail-fast --status-level all --final-status-level none \
        -E 'test(/(^|::)(r[0-9]+|d[0-9])_/)' 2>"$ran" || true
    grep -q 'Summary' "$ran" || { cat "$ran"; exit 1; }
fi

# One name may carry several rows: r103_r105_each_role_has_exactly_its_column.
names() {
    grep -rhoE 'fn ((r[0-9]+|d[0-9])_)+[a-z0-9_]+\(' --include='*.rs' sync-core server tests mobile-ffi | sed -E 's/^fn |\($//g'
    grep -hoE 'def test_((r[0-9]+|d[0-9])_)+[a-z0-9_]+\(' mobile-ffi/tests/python/*.py | sed -E 's/^def |\($//g'
}

proofs=$(names | sort -u)
missing=0 failed=0 rows=0
while IFS=$'\t' read -r section row priority what; do
    [[ "$section" == \#* ]] && continue
    rows=$((rows + 1))
    id=${row,,}
    mine=$(grep -E "^(test_)?((r[0-9]+|d[0-9])_)*${id}_" <<<"$proofs" || true)
    verdict=proved
    if [ -z "$mine" ]; then
        verdict="NO TEST"
        missing=$((missing + 1))
    elif [ "$only_list" = no ]; then
        for name in $mine; do
            [[ "$name" == test_* ]] && continue
            if ! grep -qE "PASS .*(::| )$name\$" "$ran"; then
                verdict=FAILS
                mine=$name
                failed=$((failed + 1))
                break
            fi
        done
    fi
    printf '%-2s %-5s %s  %-8s %s\n' "$section" "$row" "$priority" "$verdict" "$what"
    for name in $mine; do printf '                      %s\n' "$name"; done
done <scripts/rows.tsv
echo "rows $rows without_test $missing failed $failed"
[ $((missing + failed)) = 0 ]
