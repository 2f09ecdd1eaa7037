# SPDX-License-Identifier: Apache-2.0
"""run_schema_check.py SCHEMA.json GOLDEN.json ROBENCH WORK_FOLDER

Holds run.json against its published schema: the golden run, and runs made here (of generated probes, so that no
photograph is needed). Then breaks a run in single places: the schema must refuse each. Exits with 77, "skipped",
where python3-jsonschema is missing.
"""
import copy
import json
import os
import shutil
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: no jsonschema (apt-get install python3-jsonschema)")
    sys.exit(77)

SUITE = """suite: schema
seed: 3
data: { probes: 40 }
models: [null_model]
perturb:
  - gamma: { severity: [0, 3] }
  - gaussian_noise: { severity: 2 }
  - gamma: { gamma: 2.5 }
  - chain: [gamma@2, gaussian_noise@1]
repetitions: 2
require:
  - { metric: drift_angle_deg, condition: "gamma@3", max: 1 }
"""


def made_run(robench, folder, *options):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "suite.yaml"), "w", encoding="utf-8") as file:
        file.write(SUITE)
    environment = dict(os.environ, ROBENCH_CACHE=os.path.join(folder, "cache"))
    done = subprocess.run([robench, "suite", "suite.yaml", "--out", "run", *options], cwd=folder,
                          env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 1:  # the `require:` line does not hold
        sys.exit(f"robench suite: exit {done.returncode}\n{done.stderr}")
    with open(os.path.join(folder, "run", "run.json"), encoding="utf-8") as file:
        return json.load(file)


def broken(run):
    """(what is wrong, the run with it) for each kind of place."""
    def changed(change):
        other = copy.deepcopy(run)
        change(other)
        return other

    yield "an unknown key", changed(lambda r: r.update(more=1))
    yield "a missing key", changed(lambda r: r.pop("curves"))
    yield "an older schema", changed(lambda r: r.update(schema=3))
    yield "a text for a number", changed(lambda r: r["cells"][0]["measures"][0].update(value="1"))
    yield "half an interval", changed(lambda r: r["cells"][0]["measures"][0].update(ci95=[1]))
    yield "an unknown stage", changed(lambda r: r["cells"][0].update(stage="scan"))
    yield "an unknown status", changed(lambda r: r["samples"][0].update(status="lost"))
    yield "too few bins", changed(lambda r: r["curves"][0]["scores"].update(mated=[1, 2]))
    yield "no hash", changed(lambda r: r.update(outcomes={"outcomes.json": "x", "outcomes.npy": "y"}))


def main():
    schema_file, golden, robench, work = sys.argv[1:]
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    with open(golden, encoding="utf-8") as file:
        runs = {"the golden run": json.load(file)}
    runs["a run of probes"] = made_run(robench, work)
    runs["a private run"] = made_run(robench, work, "--private")
    failures = 0
    for name, run in runs.items():
        for error in validator.iter_errors(run):
            print(f"FAILED {name}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            failures += 1
    for what, run in broken(runs["a run of probes"]):
        if validator.is_valid(run):
            print(f"FAILED the schema accepts {what}")
            failures += 1
    print(f"{len(runs)} runs, {failures} failures")
    sys.exit(1 if failures else 0)


main()
