#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of debian-packages.txt, and npm where none is found. Says what it does, and
# what to do where it cannot. Without anything missing: takes a fraction of a second, needs no network.
set -u
here=$(cd "$(dirname "$0")" && pwd)
fail() { printf 'install: %s\n' "$*" >&2; exit 3; }

command -v dpkg-query >/dev/null || fail "this is no Debian system; install what $here/debian-packages.txt lists, then run 'make build'"

wanted=$(sed 's/#.*//' "$here/debian-packages.txt" | tr -s ' \n' ' ')
command -v npm >/dev/null || wanted="$wanted npm"
missing=""
for package in $wanted; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

printf 'install: missing Debian packages:%s\n' "$missing" >&2
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "not root and no sudo; ask an administrator to run: apt-get install$missing"
  as_root="sudo"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run_apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$log" 2>&1; }
run_apt update || { tail -n 3 "$log" >&2; fail "cannot read the package lists (apt-get update failed): is there a network?"; }
grep -qE '^(W|E): (Failed|Some index)' "$log" && { grep -E '^(W|E):' "$log" | head -n 3 >&2; printf 'install: package lists are incomplete, trying all the same\n' >&2; }
# shellcheck disable=SC2086
run_apt install --no-install-recommends $missing || { grep -E '^E:' "$log" | head -n 5 >&2; fail "apt-get install failed; try by hand: apt-get install$missing"; }
printf 'install: done\n' >&2
