#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# browser_test.sh ROBENCH RUN.json WORK_FOLDER [PICTURES_FOLDER]
# Writes report.html and opens it in Chromium. Exits with 77, "skipped", where there is no Chromium, no node or
# no way to get playwright-core (pinned in package-lock.json, about 9 MB, installed into WORK_FOLDER).
set -u
robench=$1 run=$2 work=$3 pictures=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
skip() { printf 'SKIPPED: %s\n' "$*"; exit 77; }

chromium=${ROBENCH_CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[ -n "$chromium" ] || skip "no chromium (apt-get install chromium)"
command -v node >/dev/null || skip "no node (apt-get install nodejs npm)"
mkdir -p "$work" || exit 3
if [ ! -d "$work/node_modules/playwright-core" ]; then
  cp "$here/package.json" "$here/package-lock.json" "$work"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || skip "npm ci failed, see $work/npm.log"
fi
"$robench" report "$run" --as html --out "$work/report.html" || exit 1
NODE_PATH="$work/node_modules" exec node "$here/report_page.js" "$chromium" "$work/report.html" $pictures
