#!/usr/bin/env bash
# Run a command with DATABASE_URL naming an empty, throw-away Postgres, which is gone when the command ends.
#
#   scripts/with-postgres.sh cargo nextest run -p server
#
# It trades safety for speed (fsync=off) and must never hold anything worth keeping.
# PG_BIN names the directory of initdb and postgres; without it the newest of the system is used.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: with-postgres.sh COMMAND [ARGUMENT..]" >&2; exit 2; }

find_binaries() {
    local directory
    if [ -n "${PG_BIN:-}" ]; then
        echo "$PG_BIN"
        return
    fi
    directory=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
    if [ -x "$directory/initdb" ]; then
        echo "$directory"
    elif command -v initdb >/dev/null; then
        dirname "$(realpath "$(command -v initdb)")"
    else
        echo "with-postgres.sh: no PostgreSQL found; on Debian: apt-get install postgresql" >&2
        return 1
    fi
}

# Postgres refuses to run as root, so root steps down; and a killed script must not leave a Postgres behind.
as_owner() {
    local step_down=()
    if [ "$(id -u)" = 0 ]; then
        step_down=(--reuid="$owner" --regid="$(id -g "$owner")" --clear-groups)
    fi
    if command -v setpriv >/dev/null; then
        exec setpriv "${step_down[@]}" --pdeathsig INT "$@"
    fi
    exec "$@"
}

start() {
    port=$((20000 + RANDOM % 30000))
    (as_owner "$binaries/postgres" -D "$home/data" -p "$port" -c listen_addresses=127.0.0.1 -k '' \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=200 -c shared_buffers=128MB) >>"$home/log" 2>&1 &
    postgres=$!
    until [ "$(sed -n '1p;8p' "$home/data/postmaster.pid" 2>/dev/null | tr -s ' \n' ' ')" = "$postgres ready " ]; do
        kill -0 "$postgres" 2>/dev/null || return 1
        sleep 0.05
    done
}

# shellcheck disable=SC2317  # called by the trap
clean_up() {
    if [ -n "$postgres" ] && kill -INT "$postgres" 2>/dev/null; then
        wait "$postgres" || true
    fi
    rm -rf "$home"
}

binaries=$(find_binaries)
owner=$(id -un)
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
fi
postgres=
home=$(mktemp -d "${TMPDIR:-/tmp}/floorwalk-check.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
[ "$(id -u)" != 0 ] || chown "$owner" "$home"
cd "$home"

(as_owner "$binaries/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync) >"$home/log" 2>&1 ||
    { cat "$home/log" >&2; exit 1; }
# The port is a guess; another one is tried if somebody has it.
start || start || start || { cat "$home/log" >&2; exit 1; }

cd "$OLDPWD"
status=0
DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres" "$@" || status=$?
exit "$status"
