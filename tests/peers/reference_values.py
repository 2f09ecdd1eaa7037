#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers of tests/metrics/reference_values_test.cpp, computed by other people's code or by another formula.

  reference_values.py

The inputs are rules that the C++ test repeats, so that nothing has to be shared. Needs numpy, scipy, scikit-learn and
statsmodels (Debian 12: python3-sklearn, python3-statsmodels).
"""
import numpy as np
import pandas
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge
from sklearn.metrics import det_curve, roc_auc_score, roc_curve
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.proportion import proportion_confint


def show(name, *values):
    print(f"{name:<34}", *(repr(float(value)) for value in values))


print("numpy", np.__version__, "scipy", scipy.__version__, "scikit-learn", sklearn.__version__, "statsmodels",
      statsmodels.__version__)

# --- Scores: 70 mated, 110 non-mated, two decimals so that there are ties within and between the kinds.
i = np.arange(70)
mated = np.round(100 * (1.1 + np.sin(1 + 7 * i + 0.1 * i * i))) / 100
j = np.arange(110)
non_mated = np.round(100 * np.cos(2 + 5 * j + 0.3 * j * j)) / 100
y = np.r_[np.ones(70), np.zeros(110)]
s = np.r_[mated, non_mated]
show("auc", roc_auc_score(y, s))
for f in (0.05, 0.1, 0.3):
    show(f"partial auc, fmr <= {f}", roc_auc_score(y, s, max_fpr=f))
show("d prime", (mated.mean() - non_mated.mean()) / np.sqrt((mated.var() + non_mated.var()) / 2))
fmr, tpr, threshold = roc_curve(y, s, drop_intermediate=False)
fnmr = 1 - tpr
# FVC2000: t1 = the largest threshold with FNMR <= FMR, t2 = the smallest with FNMR >= FMR (Maio et al. 2002).
one = np.flatnonzero(fnmr <= fmr)[0]  # thresholds descend
two = np.flatnonzero(fnmr >= fmr)[-1]
low, high = sorted((fmr[one], fnmr[one])) if fnmr[one] + fmr[one] <= fnmr[two] + fmr[two] else sorted(
    (fmr[two], fnmr[two]))
show("eer, FVC2000 midpoint", (low + high) / 2)
# The lower edge of SciPy's hull where FMR = FNMR.
points = np.c_[fmr, fnmr]
hull = ConvexHull(np.r_[points, [[1, 1]]])
crossings = []
for a, b in hull.simplices:
    (fa, na), (fb, nb) = np.r_[points, [[1, 1]]][[a, b]]
    if (na - fa) * (nb - fb) <= 0 and (na - fa) != (nb - fb):
        t = (na - fa) / ((na - fa) - (nb - fb))
        crossings.append(fa + t * (fb - fa))
show("eer, convex hull", min(crossings))
det_fmr, det_fnmr, det_threshold = det_curve(y, s)
for t in (0.1, 0.3, 0.7, 0.9):
    at = np.flatnonzero(det_threshold >= t)[0]  # thresholds ascend: the first at or above accepts the same
    show(f"det at {t}", det_threshold[at], det_fmr[at], det_fnmr[at])

# --- Rates over groups of people: four groups.
fmr = np.array([0.011, 0.027, 0.008, 0.019])
fnmr = np.array([0.05, 0.031, 0.092, 0.044])


def gini(x):  # by order statistics, with the small-sample factor
    n = len(x)
    rank = np.arange(1, n + 1)
    return n / (n - 1) * (2 * (rank * np.sort(x)).sum() / (n * x.sum()) - (n + 1) / n)


show("fdr, alpha 0.5 and 0.3", 1 - 0.5 * np.ptp(fmr) - 0.5 * np.ptp(fnmr), 1 - 0.3 * np.ptp(fmr) - 0.7 * np.ptp(fnmr))
show("inequity rate, alpha 0.5 and 0.3", *((fmr.max() / fmr.min())**a * (fnmr.max() / fnmr.min())**(1 - a)
                                           for a in (0.5, 0.3)))
show("garbe, alpha 0.5 and 0.3", *(a * gini(fmr) + (1 - a) * gini(fnmr) for a in (0.5, 0.3)))
show("max over geometric mean of fmr", fmr.max() / scipy.stats.gmean(fmr))

# --- Rates over people: 30 subjects with 1 to 4 comparisons each; Wilson at the effective n.
unit, error = [], []
for u in range(30):
    for k in range(1 + u % 4):
        unit.append(u)
        error.append(float((u * u + 3 * k) % 7 < 2 and u % 3 != 1))
unit, error = np.array(unit), np.array(error)
fit = sm.OLS(error, np.ones(len(error))).fit(cov_type="cluster", cov_kwds={"groups": unit})
variance, rate = fit.bse[0]**2, error.mean()
# statsmodels multiplies by (n - 1) / (n - 1) and G / (G - 1).
show("rate, variance over subjects", rate, variance)
n = rate * (1 - rate) / variance
show("effective n, Wilson", n, *proportion_confint(rate * n, n, method="wilson"))

# --- Comparisons of two people: a dense, uneven list; the sum over all pairs of comparisons that share somebody.
pairs, wrong = [], []
for a in range(14):
    for b in range(a + 1, 14):
        if (a * b + a + 2 * b) % 3 == 0:
            continue
        pairs.append((a, b))
        wrong.append(float((3 * a + 5 * b + a * b) % 11 < 1 or (2 in (a, b) and (a + b) % 4 > 0) or (a == 9 and b > 10)))
wrong = np.array(wrong)
residual = wrong - wrong.mean()
shares = np.array([[bool(set(p) & set(q)) for q in pairs] for p in pairs])
units = len({u for p in pairs for u in p})
variance = units / (units - 1) * residual @ (shares * 1.0) @ residual / len(pairs)**2
variance = max(variance, wrong.mean() * (1 - wrong.mean()) / len(pairs))
show("comparisons, rate, variance", len(pairs), wrong.mean(), variance)
n = wrong.mean() * (1 - wrong.mean()) / variance
show("effective n, Wilson", n, *proportion_confint(wrong.mean() * n, n, method="wilson"))

# --- One-way analysis of variance, 12 people with 2 to 5 pictures (and one with a single picture, left out).
unit, value = [], []
for u in range(12):
    for k in range(2 + u % 4):
        unit.append(u)
        value.append(np.sin(1 + 2 * u) + 0.5 * np.cos(3 + 5 * u + 7 * k * k))
frame = pandas.DataFrame({"u": pandas.Categorical(unit), "v": value})
table = anova_lm(sm.OLS.from_formula("v ~ C(u)", frame).fit())
between, within = table["mean_sq"]
sizes = frame.groupby("u").size().to_numpy()
n0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
show("icc(1)", (between - within) / (between + (n0 - 1) * within))

# --- Standardised shift between two groups and its jackknife, one person left out at a time.
def group(offset, people):
    unit, score = [], []
    for u in range(people):
        for k in range(1 + u % 3):
            unit.append(u)
            score.append(offset + 0.6 * np.sin(1 + 3 * u) + 0.4 * np.cos(2 + u * k + 5 * k))
    return np.array(unit), np.array(score)


def shift(a, b):
    pooled = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    return (a.mean() - b.mean()) / np.sqrt(pooled)


(ua, a), (ub, b) = group(0.3, 15), group(0.0, 11)
variance = 0
for u, f in ((ua, lambda k: shift(a[ua != k], b)), (ub, lambda k: shift(a, b[ub != k]))):
    values = np.array([f(k) for k in np.unique(u)])
    variance += (len(values) - 1) / len(values) * ((values - values.mean())**2).sum()
show("shift, jackknife standard error", shift(a, b), np.sqrt(variance))

# --- Spearman's correlation of distances.
k = np.arange(40)
x = np.c_[np.sin(1 + 3 * k), np.cos(2 + 5 * k), np.sin(0.5 * k)]
z = np.c_[np.sin(1 + 3 * k) + 0.8 * np.cos(7 * k), np.cos(2 + 5 * k) + 0.8 * np.sin(4 * k)]
show("rsa", spearmanr(pdist(x), pdist(z))[0])

# --- Ridge regression: nested cross-validation over whole folds with scikit-learn's Ridge.
x = np.sin(1 + 7 * k[:, None] + 3 * np.arange(6)**2 + 0.1 * np.outer(k, np.arange(6)))
t = x @ np.array([0.15, -0.7, 0.1, 0, 0.4, 0.2]) + np.cos(2 + 11 * k * k)
fold = k % 5
GRID = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1e0, 3e0, 1e1, 3e1, 1e2, 3e2, 1e3, 3e3, 1e4]


def ridge(rows, penalty):  # the penalty in units of the mean eigenvalue of the scatter matrix
    scatter = np.cov(x[rows].T, bias=True) * rows.sum()
    return Ridge(alpha=penalty * np.trace(scatter) / 6).fit(x[rows], t[rows])


predicted, baseline = np.empty(40), np.empty(40)
for outer in range(5):
    loss = [
        sum(((ridge((fold != outer) & (fold != b), g).predict(x[fold == b]) - t[fold == b])**2).sum()
            for b in range(5) if b != outer) for g in GRID
    ]
    best = ridge(fold != outer, GRID[int(np.argmin(loss))])
    predicted[fold == outer] = best.predict(x[fold == outer])
    baseline[fold == outer] = t[fold != outer].mean()
    show(f"ridge without fold {outer}", GRID[int(np.argmin(loss))], *best.coef_[[1, 4]])
show("cross-validated R2", 1 - ((t - predicted)**2).sum() / ((t - baseline)**2).sum())

# --- Corruption errors: two models, two perturbations, severities 1 to 5 (Hendrycks and Dietterich 2019).
error = {"haze": (np.array([1, 1, 3, 4, 6]) / 12, np.array([2, 3, 3, 6, 9]) / 12),
         "gamma": (np.array([0, 1, 1, 2, 2]) / 12, np.array([1, 1, 4, 4, 5]) / 12)}
clean = 0 / 12, 1 / 12
show("mce", np.mean([m.sum() / r.sum() for m, r in error.values()]))
show("relative mce", np.mean([(m - clean[0]).sum() / (r - clean[1]).sum() for m, r in error.values()]))
