#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds Debian's own oneTBB with ThreadSanitizer into the folder given. Without it every hand-over of work
# between threads looks like a race: the sanitizer does not see inside Debian's libtbb.
set -eu
folder=${1:?usage: instrumented_tbb.sh FOLDER}
[ -e "$folder/lib/libtbb.so.12" ] && exit 0
mkdir -p "$folder"
cd "$folder"
if ! ls onetbb_*.orig.tar.* >/dev/null 2>&1; then
  apt-get source -qq --download-only onetbb >apt.log 2>&1 ||
    { tail -n 3 apt.log >&2; echo "tsan: needs Debian's sources: add a deb-src line, apt-get update, and try again" >&2; exit 3; }
fi
mkdir -p source
tar -xf onetbb_*.orig.tar.* -C source --strip-components=1
cmake -S source -B build -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTBB_TEST=OFF -DTBB_STRICT=OFF \
  -DTBBMALLOC_BUILD=OFF -DTBBMALLOC_PROXY_BUILD=OFF -DTBB_SANITIZE=thread -DCMAKE_INSTALL_PREFIX="$folder" \
  -DCMAKE_INSTALL_LIBDIR=lib >configure.log 2>&1 || { tail -n 20 configure.log >&2; exit 3; }
cmake --build build >build.log 2>&1 || { tail -n 20 build.log >&2; exit 3; }
cmake --install build >/dev/null
