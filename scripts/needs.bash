# What the scripts need of a machine, and which packages are built together; sourced by them, from the root of the repository.
# shellcheck shell=bash disable=SC2034  # the arrays are for whoever sources this

# The phone's library and what stands on it are built by themselves, with encryption; all else has none.
MOBILE=(-p mobile-ffi -p uniffi-bindgen -p floorwalk-phone)
EVERYTHING_ELSE=(-p sync-core -p server -p tests --all-features)

# Debian packages, for root; everybody else is told what to install.
install() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "missing on this machine: $*; install it (on Debian, as root: apt-get install $*) and run this again" >&2
        return 1
    fi
    echo "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
}

need_rust() {
    export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    if ! command -v cargo >/dev/null; then
        command -v curl >/dev/null || install curl ca-certificates
        echo "installing Rust for this user"
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --profile minimal --component rustfmt --component clippy
    fi
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
}

need_compiler() {
    if ! command -v cc >/dev/null || ! command -v make >/dev/null; then
        install build-essential pkg-config
    fi
}

need_openssl() {
    [ -e /usr/include/openssl/ssl.h ] || install libssl-dev
}

need_python() {
    command -v python3 >/dev/null || install python3
}

need_postgres() {
    if ! command -v psql >/dev/null || ! has_initdb; then
        install postgresql
    fi
}

has_initdb() {
    [ -x "${PG_BIN:-/nowhere}/initdb" ] || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
        command -v initdb >/dev/null
}

need_nextest() {
    command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest
}

# What the suites of all languages stand on: the phone's library, the generator of bindings, the server. Sets `lib` to where they are,
# which FLOORWALK_FFI_LIB may name instead.
need_library() {
    lib=${FLOORWALK_FFI_LIB:-${CARGO_TARGET_DIR:-target}/debug}
    if [ -z "${FLOORWALK_FFI_LIB:-}" ]; then
        echo "building the library (1 of 2); the first time this takes minutes"
        cargo build --quiet "${MOBILE[@]}"
        echo "building the server (2 of 2)"
        cargo build --quiet "${EVERYTHING_ELSE[@]}" --bin server
    fi
    lib=$(cd "$lib" && pwd)
}
