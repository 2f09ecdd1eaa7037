#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the tables of docs/findings.md from the rows.csv of two runs.

  findings_tables.py runs/findings runs/findings_capture

The report.md of a run of four models has the same numbers, in tables too wide for a document. Standard library only.
"""
import csv
import pathlib
import re
import sys

FAMILIES = {"lighting": "low_light", "blur": "gaussian_blur", "compression": "jpeg"}
VERDICTS = {"1": "gain", "-1": "loss", "0": "no gain shown"}
GAPS = {"1": "widens", "-1": "narrows", "0": "cannot tell"}


class Run:
    """The rows of one run, by model, condition and metric."""

    def __init__(self, folder):
        self.models, self.conditions, self.rows = [], [], {}
        with open(pathlib.Path(folder) / "rows.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                summary = row["params"].startswith("summary")
                label = row["perturbation"] + ("" if summary or row["perturbation"] == "identity" else f"@{row['severity']}")
                self.rows[row["model"], label, row["metric"]] = row
                if not summary and row["model"] not in self.models:
                    self.models.append(row["model"])
                if not summary and label not in self.conditions:
                    self.conditions.append(label)

    def row(self, model, condition, metric):
        return self.rows.get((model, condition, metric))

    def value(self, model, condition, metric):
        row = self.row(model, condition, metric)
        return float(row["value"]) if row and row["value"] else None

    def number(self, model, condition, metric, digits, factor=1, interval=True):
        row = self.row(model, condition, metric)
        if not row or not row["value"]:
            return ""
        text = f"{factor * float(row['value']):.{digits}f}"
        if interval and row["ci95_low"]:
            low, high = (f"{factor * float(row[k]):.{digits}f}" for k in ("ci95_low", "ci95_high"))
            text += f" [{low}, {high}]"
        return text

    def metrics(self, prefix):
        found = {}
        for _, _, metric in self.rows:
            if metric.startswith(prefix):
                found[metric] = None
        return list(found)


def table(header, rows, left=1):
    """A Markdown table, padded; the first columns are text."""
    widths = [max(len(line[k]) for line in [header] + rows) for k in range(len(header))]
    pad = lambda line: "| " + " | ".join(
        cell.ljust(w) if k < left else cell.rjust(w) for k, (cell, w) in enumerate(zip(line, widths))) + " |"
    rule = "|" + "|".join(("-" * (w + 2)) if k < left else "-" * (w + 1) + ":" for k, w in enumerate(widths)) + "|"
    print("\n".join([pad(header), rule] + [pad(row) for row in rows]) + "\n")


def named(condition):
    return "clean" if condition == "identity" else f"`{condition}`"


def robustness(run):
    print("## Which model is the more robust?\n")
    print("FNMR at the clean threshold, in %, mean over the severities 1, 3 and 5; `all` is the mean of the three.\n")
    scopes = list(FAMILIES.values()) + ["all"]
    table(["model", "clean"] + [f"`{s}`" if s != "all" else s for s in scopes] + ["rank"],
          [[m, run.number(m, "identity", "fnmr", 2, 100)] +
           [run.number(m, s, "mean_error:fnmr", 1, 100) for s in scopes] + [run.number(m, "all", "rank:fnmr", 0, 1, False)]
           for m in run.models])
    print("Share of 1,000 resamples of the people in which the model of the row errs less than that of the column, over all:\n")
    table(["model"] + run.models,
          [[m] + ["" if m == o else run.number(m, "all", f"lower_error_share:fnmr:{o}", 3, 1, False) for o in run.models]
           for m in run.models])
    flips = run.number("all", "all", "ranking_flip_rate:fnmr", 1, 100, False)
    print(f"Another order of the models in {flips} % of the resamples.\n")
    print("Severity at which FNMR passes 10 %, and mean FMR over its clean value:\n")
    table(["model"] + [f"`{s}`" for s in scopes[:-1]] + [f"FMR `{s}`" for s in scopes[:-1]],
          [[m] + [run.number(m, s, "breakdown_severity", 2) or "> 5" for s in scopes[:-1]] +
           [run.number(m, s, "fmr_inflation", 2) for s in scopes[:-1]] for m in run.models])


def permuted_p(run, model, index):
    """The p that the note of the value under permuted labels ends with."""
    found = re.search(r"p = ([0-9.]*[0-9])", run.row(model, "identity", f"{index}_permuted:gender")["note"])
    return found.group(1).rstrip("0") if found else ""


def equity(run):
    print("On clean pictures. Score shift: mean score of women minus that of men, in pooled standard deviations. GARBE and "
          "inequity rate: in brackets the 95 % interval, then the value and p where the labels mean nothing.\n")
    columns = ["score_shift_mated:gender=female-male", "score_shift_non_mated:gender=female-male"]
    table(["model", "shift, mated", "shift, non-mated", "GARBE", "permuted", "inequity rate", "permuted"],
          [[m] + [run.number(m, "identity", c, 2) for c in columns] +
           [cell for i in ("garbe", "inequity_rate")
            for cell in (run.number(m, "identity", f"{i}:gender", 2),
                         f"{run.number(m, 'identity', f'{i}_permuted:gender', 2, 1, False)}, p = {permuted_p(run, m, i)}")]
           for m in run.models])


def groups(run):
    print("## Women and men, at one threshold\n")
    equity(run)
    print("In %; FMR within a group, never across. FDR is 1 where rates are equal; labels without meaning give the value "
          "in brackets.\n")
    for m in run.models:
        print(f"### {m}\n")
        rows = []
        for c in run.conditions:
            gap = run.row(m, c, "gap_verdict:gender=female-male")
            rows.append([named(c)] + [run.number(m, c, f"{rate}:gender={g}", 2, 100) for rate in ("fnmr", "fmr")
                                      for g in ("female", "male")] +
                        [f"{run.number(m, c, 'fdr:gender', 3, 1, False)} "
                         f"({run.number(m, c, 'fdr_permuted:gender', 3, 1, False)})",
                         GAPS[gap["value"]] if gap and gap["value"] else ""])
        table(["condition", "FNMR female", "FNMR male", "FMR female", "FMR male", "FDR", "FNMR gap to clean"], rows)


def geometry(run):
    print("## Geometry: what a linear rule reads from an embedding\n")
    conditions = {f: [c for c in run.conditions if c.startswith(p + "@")] for f, p in FAMILIES.items()}
    means = ["geometry_r2_mean", "geometry_r2_refit_mean", "geometry_r2_over_nuisance", "geometry_r2_cross_image_mean",
             "geometry_rsa", "geometry_dcor", "geometry_dcor_partial", "geometry_cka"]

    def lowest(m, metric):
        return " / ".join(
            f"{min(v for c in cs if (v := run.value(m, c, metric)) is not None):.2f}" for cs in conditions.values())

    clean = lambda m, metric: run.number(m, "identity", metric, 2)
    features = [k for k in run.metrics("geometry_r2:")]
    print("On clean pictures, with 95 % interval:\n")
    table(["quantity"] + run.models, [[f"`{q}`"] + [clean(m, q) for m in run.models] for q in means])
    print("The lowest value under " + " / ".join(f"`{p}`" for p in FAMILIES.values()) + " of severities 1, 3 and 5:\n")
    table(["quantity"] + run.models, [[f"`{q}`"] + [lowest(m, q) for m in run.models] for q in means])
    print("R2 of each feature on clean pictures, by the frozen probe; ICC: how far the feature is the person's at all.\n")
    table(["feature", "ICC"] + run.models,
          [[f"`{q.split(':')[1]}`", run.number(run.models[0], "identity", q.replace("r2", "icc"), 2, 1, False)] +
           [clean(m, q) for m in run.models] for q in features])
    print("The same, lowest under " + " / ".join(f"`{p}`" for p in FAMILIES.values()) + ":\n")
    table(["feature"] + run.models, [[f"`{q.split(':')[1]}`"] + [lowest(m, q) for m in run.models] for q in features])


def fusion(run, shapes):
    rows = []
    for m in run.models:
        for c in run.conditions:
            verdict = run.row(m, c, "fusion_verdict")
            if not verdict or not run.row(m, c, "fusion_gain")["value"]:
                continue
            rows.append([m, named(c), run.row(m, c, "fusion_gain")["n"]] +
                        [run.number(m, c, f"fusion_fnmr:{s}", 2, 100, False) for s in ("embedding", "geometry", "fused")] +
                        [run.number(m, c, "fusion_gain", 2, 100), run.number(m, c, "fusion_gain:permuted", 2, 100),
                         VERDICTS[verdict["value"]] if verdict["value"] else ""])
    print(f"{shapes} FNMR in %, gains in points.\n")
    table(["model", "condition", "n", "model alone", "shape alone", "both", "gain", "gain of random shapes", "verdict"],
          rows, 2)


def main():
    run = Run(sys.argv[1])
    robustness(run)
    groups(run)
    geometry(run)
    print("## Geometry added\n")
    fusion(run, "Crop stage: under a perturbation with the clean picture's shapes (oracle).")
    if len(sys.argv) > 2:
        fusion(Run(sys.argv[2]), "Capture stage: shapes measured again on the perturbed picture.")


if __name__ == "__main__":
    main()
