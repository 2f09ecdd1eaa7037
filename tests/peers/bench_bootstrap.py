#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""FNMR@FMR=1e-2 over 3,000 pairs in 1,000 subject resamples: robench, vectorised NumPy, scikit-learn's roc_curve.

  bench_bootstrap.py BUILD/tests/bench_bootstrap

All three must give the same interval up to the noise of a thousand resamples. Needs numpy, scikit-learn.
"""
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.metrics import roc_curve

UNITS, PAIRS, REPLICATES, TARGET = 1680, 1500, 1000, 1e-2
rng = np.random.default_rng(1)
mated_unit = rng.integers(0, UNITS, PAIRS)
a = rng.integers(0, UNITS, PAIRS)
b = (a + 1 + rng.integers(0, UNITS - 1, PAIRS)) % UNITS
mated = 2.5 + rng.normal(size=PAIRS)
non_mated = rng.normal(size=PAIRS)


def weights():
    drawn = rng.integers(0, UNITS, (REPLICATES, UNITS)) + UNITS * np.arange(REPLICATES)[:, None]
    return np.bincount(drawn.ravel(), minlength=REPLICATES * UNITS).reshape(REPLICATES, UNITS)


def with_numpy():
    w = weights()
    order = np.argsort(-non_mated)
    cumulated = np.cumsum(w[:, a[order]] * w[:, b[order]], axis=1)
    first = np.argmax(cumulated > TARGET * cumulated[:, -1:], axis=1)
    threshold = non_mated[order][first]
    m = w[:, mated_unit]
    return (m * (mated[None, :] <= threshold[:, None])).sum(1) / m.sum(1)


def with_sklearn(replicates):
    w = weights()[:replicates]
    labels = np.r_[np.ones(PAIRS), np.zeros(PAIRS)]
    scores = np.r_[mated, non_mated]
    fnmr = []
    for row in w:
        fmr, tpr, _ = roc_curve(labels, scores, sample_weight=np.r_[row[mated_unit], row[a] * row[b]],
                                drop_intermediate=False)
        fnmr.append(1 - tpr[np.searchsorted(fmr, TARGET, side="right") - 1])
    return np.array(fnmr)


def timed(function, *arguments):
    """Least wall and CPU seconds of three runs."""
    walls, cpus = [], []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        values = function(*arguments)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return values, 1e3 * min(walls), 1e3 * min(cpus)


with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    for s, u in zip(mated, mated_unit):
        file.write(f"{float(s)!r},1,{u},{u}\n")
    for s, u, v in zip(non_mated, a, b):
        file.write(f"{float(s)!r},0,{u},{v}\n")
    file.flush()
    out = subprocess.run([sys.argv[1], file.name], capture_output=True, text=True).stdout
low, high = map(float, re.search(r"interval (\S+) (\S+)", out).groups())
ours, ours_cpu = map(float, re.search(r"([\d.]+) ms wall +([\d.]+) ms CPU", out).groups())

values, numpy_ms, numpy_cpu = timed(with_numpy)
some, sklearn_ms, sklearn_cpu = timed(with_sklearn, 100)
numpy_low, numpy_high = np.quantile(values, [0.025, 0.975])
noise = 0.15 * (numpy_high - numpy_low)  # of the ends of 1,000 resamples, three standard errors
assert abs(low - numpy_low) < noise and abs(high - numpy_high) < noise, (low, high, numpy_low, numpy_high)
assert abs(np.median(some) - np.median(values)) < 0.25 * (numpy_high - numpy_low)
print(f"interval: robench [{low:.4f}, {high:.4f}], NumPy [{numpy_low:.4f}, {numpy_high:.4f}]")
print(f"robench       {ours:9.2f} ms wall {ours_cpu:9.2f} ms CPU")
print(f"NumPy         {numpy_ms:9.2f} ms wall {numpy_cpu:9.2f} ms CPU   {numpy_cpu / ours_cpu:6.1f} times the CPU")
print(f"scikit-learn  {10 * sklearn_ms:9.2f} ms wall {10 * sklearn_cpu:9.2f} ms CPU   "
      f"{10 * sklearn_cpu / ours_cpu:6.1f} times the CPU (100 resamples times 10)")
sys.exit(0 if numpy_cpu > 3 * ours_cpu and 10 * sklearn_cpu > 50 * ours_cpu else 1)
