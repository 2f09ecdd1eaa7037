#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# junit_check.sh ROBENCH RUN.json WORK_FOLDER
# Holds junit.xml of a run, and of gates that pass, fail and cannot tell, against junit-10.xsd, the schema that the
# xUnit plugin of Jenkins publishes (src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd, MIT).
# Then breaks one: the schema must refuse it. Exits with 77, "skipped", where xmllint is missing.
set -u
robench=$(realpath "$1") run=$(realpath "$2") work=$3
schema=$(dirname "$(realpath "$0")")/junit-10.xsd
command -v xmllint >/dev/null || { echo "SKIPPED: no xmllint (apt-get install libxml2-utils)"; exit 77; }
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 3
export ROBENCH_CACHE=$PWD/cache

cat >suite.yaml <<'YAML'
suite: junit
data: { probes: 12 }
models: [null_model]
perturb:
  - gamma: { severity: [3, 5] }
metrics: [drift, acquisition]
YAML
echo 'limits: [ { metric: drift_angle_deg, condition: "gamma@*", max: 0 } ]' >strict.yaml
echo 'allow: [ { metric: fnmr, margin: 0.01 } ]' >of_people.yaml

expect() { # CODE COMMAND...
  local code=$1; shift
  "$@" >output.txt 2>&1
  local found=$?
  [ "$found" = "$code" ] || { echo "exit $found, not $code: $*"; cat output.txt; exit 1; }
}
expect 0 "$robench" suite suite.yaml --out run
expect 0 "$robench" report "$run" --as junit --out run.xml
expect 0 "$robench" gate --baseline run run --junit pass.xml
expect 1 "$robench" gate --baseline run run --rules strict.yaml --junit fail.xml
expect 1 "$robench" gate --baseline run run --rules of_people.yaml --junit undecided.xml
expect 0 "$robench" gate --baseline run run --rules of_people.yaml --undecided pass --junit skipped.xml
grep -q '<failure type="fail"' fail.xml && grep -q '<failure type="undecided"' undecided.xml &&
  grep -q '<skipped' skipped.xml || { echo "not the verdicts that were asked for"; exit 1; }
expect 0 xmllint --noout --nonet --schema "$schema" run.xml pass.xml fail.xml undecided.xml skipped.xml
sed 's/<testcase /<testcase verdict="pass" /' pass.xml >broken.xml
xmllint --noout --nonet --schema "$schema" broken.xml >output.txt 2>&1 && { echo "the schema accepts anything"; exit 1; }
echo "5 files accepted, a broken one refused"
