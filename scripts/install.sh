#!/usr/bin/env bash
# Installs Debian packages, for root on Debian; tells everybody else what to install. What the other scripts need, they ask for here.
#
#   scripts/install.sh PACKAGE ...
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing on this machine: $*; install it (on Debian, as root: apt-get install $*) and run this again" >&2
    exit 1
fi
echo "installing $*"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@"
