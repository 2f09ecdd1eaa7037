// SPDX-License-Identifier: Apache-2.0
// The statistics beside what NumPy, SciPy, scikit-learn and statsmodels make of the same numbers. All
// were printed by tests/peers/reference_values.py (NumPy 1.24.2, SciPy 1.10.1, scikit-learn 1.2.1,
// statsmodels 0.13.5); the inputs are rules that both write down. Holm, BH and Wilson stand in
// engine_test.cpp, CKA, distance correlation and its partial form in dependence_test.cpp and
// neighbourhood_test.cpp.
#include <array>
#include <cmath>
#include <vector>

#include "metrics/equity.h"
#include "metrics/geometry_controls.h"
#include "metrics/ridge_probe.h"
#include "metrics/roc_curve.h"
#include "metrics/rsa.h"
#include "metrics/score_shift.h"
#include "metrics/wilson.h"
#include "tests/metrics/evaluation_fixture.h"
#include "tests/metrics/summary_fixture.h"

namespace robench {
namespace {

doctest::Approx as_computed(double expected) { return doctest::Approx(expected).epsilon(1e-9); }

/// 70 mated and 110 non-mated scores of two decimals: with ties, within and between the kinds.
std::vector<ScoredTrial> reference_trials() {
  const auto two_decimals = [](double x) { return std::round(100 * x) / 100; };
  std::vector<ScoredTrial> trials;
  for (int i = 0; i < 70; ++i)
    trials.push_back({two_decimals(1.1 + std::sin(1 + 7 * i + 0.1 * i * i)), true, 0, 0});
  for (int j = 0; j < 110; ++j)
    trials.push_back({two_decimals(std::cos(2 + 5 * j + 0.3 * j * j)), false, 1, 2});
  sort_by_score(trials);
  return trials;
}

void check_wilson(double rate, double variance, double n, double low, double high) {
  CHECK(effective_n(rate, variance, 1e9) == as_computed(n));
  const Interval interval = wilson_interval(rate, effective_n(rate, variance, 1e9));
  CHECK(interval.low == as_computed(low));
  CHECK(interval.high == as_computed(high));
}

/// Scores of the people of one group, 1 to 3 each.
ScoreMoments group_of(double offset, int people) {
  ScoreMoments moments(people);
  for (int u = 0; u < people; ++u)
    for (int k = 0; k < 1 + u % 3; ++k)
      moments.add(u, u, offset + 0.6 * std::sin(1 + 3 * u) + 0.4 * std::cos(2 + u * k + 5 * k));
  return moments;
}

TEST_SUITE("metrics") {
  TEST_CASE("AUC, partial AUC, d-prime and both EER agree with scikit-learn, SciPy and NumPy") {
    const auto trials = reference_trials();
    const RocSummary summary = roc_summary(trials);
    const auto points = roc_points(trials);
    CHECK(summary.auc == as_computed(0.8182467532467532));                // roc_auc_score
    CHECK(partial_auc(points, 0.05) == as_computed(0.7875457875457876));  // roc_auc_score, max_fpr
    CHECK(partial_auc(points, 0.1) == as_computed(0.7826384142173617));
    CHECK(partial_auc(points, 0.3) == as_computed(0.7683982683982684));
    CHECK(summary.d_prime == as_computed(1.4627713064021923));
    CHECK(summary.eer == as_computed(0.33506493506493507));  // FVC2000's rule on roc_curve's points
    CHECK(eer_of_convex_hull(points) == as_computed(0.23713136729222517));  // scipy.spatial.ConvexHull
  }

  TEST_CASE("points of the DET curve agree with scikit-learn's det_curve") {
    const auto points = roc_points(reference_trials());
    struct Point {
      double threshold, fmr, fnmr;
    };
    for (const Point& expected :
         {Point{0.1, 0.5545454545454546, 0}, Point{0.9, 0.17272727272727273, 0.4}}) {
      // Corners of the curve only: the last of those that accept no more than the threshold does.
      const RocPoint* at = nullptr;
      for (const RocPoint& point : points)
        if (point.threshold >= expected.threshold) at = &point;
      REQUIRE(at != nullptr);
      CHECK(at->fmr == as_computed(expected.fmr));
      CHECK(at->fnmr == as_computed(expected.fnmr));
    }
  }

  TEST_CASE("indices of equity over four groups agree with NumPy and SciPy") {
    const std::vector<double> fmr = {0.011, 0.027, 0.008, 0.019};
    const std::vector<double> fnmr = {0.05, 0.031, 0.092, 0.044};
    CHECK(fairness_discrepancy_rate(fmr, fnmr) == as_computed(0.96));
    CHECK(fairness_discrepancy_rate(fmr, fnmr, 0.3) == as_computed(0.9516));
    CHECK(inequity_rate(fmr, fnmr) == as_computed(3.1648268566002256));
    CHECK(inequity_rate(fmr, fnmr, 0.3) == as_computed(3.084469119450006));
    CHECK(garbe(fmr, fnmr) == as_computed(0.3118279569892475));  // Gini by order statistics
    CHECK(garbe(fmr, fnmr, 0.3) == as_computed(0.30322580645161307));
    CHECK(max_over_geometric_mean(fmr) == as_computed(1.8523103561373815));  // scipy.stats.gmean
  }

  TEST_CASE("a rate over people: variance and Wilson at the effective n agree with statsmodels") {
    std::vector<double> errors(30, 0);
    std::vector<double> counts(30, 0);
    for (int u = 0; u < 30; ++u)
      for (int k = 0; k < 1 + u % 4; ++k) {
        counts[u] += 1;
        errors[u] += (u * u + 3 * k) % 7 < 2 && u % 3 != 1 ? 1 : 0;
      }
    // OLS on a constant, cov_type='cluster'; proportion_confint(rate * n, n, method='wilson').
    const double variance = one_subject_variance(errors, counts);
    CHECK(variance == as_computed(0.0021169596748785513));
    check_wilson(0.273972602739726, variance, 93.96098473116061, 0.19401568772323846, 0.371685207847201);
  }

  TEST_CASE("a rate over comparisons of two people agrees with NumPy's sum over all pairs of them") {
    std::vector<std::pair<int, int>> all;
    std::vector<std::pair<int, int>> errors;
    for (int a = 0; a < 14; ++a)
      for (int b = a + 1; b < 14; ++b) {
        if ((a * b + a + 2 * b) % 3 == 0) continue;
        all.emplace_back(a, b);
        const bool of_two = a == 2 || b == 2;
        if ((3 * a + 5 * b + a * b) % 11 < 1 || (of_two && (a + b) % 4 > 0) || (a == 9 && b > 10))
          errors.emplace_back(b, a);
      }
    REQUIRE(all.size() == 71);
    const double variance = two_subject_variance(errors, spread_of(all, 14));
    CHECK(variance == as_computed(0.008572350886737723));
    check_wilson(static_cast<double>(errors.size()) / 71, variance, 18.46657075905437,
                 0.0761844102925189, 0.4224723655642584);
  }

  TEST_CASE("ICC(1) of unequal groups agrees with statsmodels' analysis of variance") {
    std::vector<double> values;
    std::vector<int> unit;
    for (int u = 0; u < 12; ++u)
      for (int k = 0; k < 2 + u % 4; ++k) {
        unit.push_back(u);
        values.push_back(std::sin(1 + 2 * u) + 0.5 * std::cos(3 + 5 * u + 7 * k * k));
      }
    unit.push_back(12);  // a single picture does not count
    values.push_back(9);
    const auto result = reliability(Eigen::Map<const Eigen::VectorXd>(values.data(), std::ssize(values)),
                                    unit, SubjectBootstrap(13, 1));
    REQUIRE(result.has_value());
    CHECK(result->icc == as_computed(0.8053344962780721));
    CHECK(result->subjects == 12);
  }

  TEST_CASE("ICC(1) of the example of Shrout and Fleiss 1979 is the one they print") {
    const Eigen::VectorXd ratings{
        {9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7}};
    std::vector<int> target;
    for (int i = 0; i < 24; ++i) target.push_back(i / 4);
    const auto result = reliability(ratings, target, SubjectBootstrap(6, 1));
    REQUIRE(result.has_value());
    CHECK(std::round(100 * result->icc) == 17);
  }

  TEST_CASE("a standardised shift and its jackknife over people agree with NumPy") {
    const ScoreShift shift = score_shift(group_of(0.3, 15), group_of(0, 11));
    CHECK(shift.value == as_computed(0.8881628661211));
    REQUIRE(shift.ci95.has_value());
    CHECK((shift.ci95->high - shift.value) / 1.959963984540054 == as_computed(0.3999173140258193));
  }

  TEST_CASE("RSA agrees with SciPy's spearmanr of pdist") {
    Rsa::Points x(40, 3);
    Rsa::Points z(40, 2);
    std::vector<int> kept;
    for (int k = 0; k < 40; ++k) {
      x.row(k) << std::sin(1 + 3 * k), std::cos(2 + 5 * k), std::sin(0.5 * k);
      z.row(k) << std::sin(1 + 3 * k) + 0.8 * std::cos(7 * k),
          std::cos(2 + 5 * k) + 0.8 * std::sin(4 * k);
      kept.push_back(k);
    }
    const auto result = Rsa(x, RandomStream(1, "rsa", "", "", 0), 9).compare(kept, std::vector{z});
    REQUIRE(result.has_value());
    CHECK(result->r == doctest::Approx(0.4320666586843882).epsilon(1e-6));  // ranks are 32-bit
  }

  TEST_CASE("the nested ridge probe agrees with scikit-learn's Ridge and folds by hand") {
    Eigen::MatrixXd x(40, 6);
    Eigen::MatrixXd t(40, 1);
    std::vector<int> fold;
    const Eigen::VectorXd w{{0.15, -0.7, 0.1, 0, 0.4, 0.2}};
    for (int k = 0; k < 40; ++k) {
      for (int j = 0; j < 6; ++j) x(k, j) = std::sin(1 + 7 * k + 3 * j * j + 0.1 * k * j);
      t(k, 0) = x.row(k).dot(w) + std::cos(2 + 11 * k * k);
      fold.push_back(k % 5);
    }
    const RidgeProbe probe(x, t, fold, 5);
    const Eigen::MatrixXd predicted = probe.predict(x, fold);
    struct Expected {
      double penalty, second, fifth;
    };
    const std::array<Expected, 5> expected = {Expected{0.3, -0.6128132924829036, 0.31936355353143825},
                                              Expected{1.0, -0.3403848566529563, 0.15817346825041417},
                                              Expected{1.0, -0.291958729664503, 0.10656044115314266},
                                              Expected{0.3, -0.6697211698976838, 0.3025407163740497},
                                              Expected{1.0, -0.2916419796389782, 0.25359883761606034}};
    double error = 0;
    double of_mean = 0;
    for (int f = 0; f < 5; ++f) {
      CHECK(probe.penalty()(f, 0) == expected[f].penalty);
      CHECK(probe.coefficients(f)(1, 0) == as_computed(expected[f].second));
      CHECK(probe.coefficients(f)(4, 0) == as_computed(expected[f].fifth));
    }
    for (int k = 0; k < 40; ++k) {
      error += std::pow(t(k, 0) - predicted(k, 0), 2);
      of_mean += std::pow(t(k, 0) - probe.training_mean()(fold[k], 0), 2);
    }
    CHECK(1 - error / of_mean == as_computed(0.13866603267273803));
  }

  TEST_CASE("mCE and relative mCE agree with NumPy") {
    test::SummaryRun run(12);
    const auto add = [&](const char* model, const char* perturbation, std::array<int, 5> refusals) {
      for (int s = 0; s < 5; ++s)
        run.add(model, perturbation, "optics", s + 1, [&](int unit) { return unit < refusals[s]; });
    };
    run.add_clean("mine", [](int) { return false; });
    add("mine", "haze", {1, 1, 3, 4, 6});
    add("mine", "gamma", {0, 1, 1, 2, 2});
    run.add_clean("reference", [](int unit) { return unit < 1; });
    add("reference", "haze", {2, 3, 3, 6, 9});
    add("reference", "gamma", {1, 1, 4, 4, 5});
    const auto rows =
        summarise_run(run.input(SubjectBootstrap(12, 5), {"reference", {"haze", "gamma"}, 0.1}));
    CHECK(test::row(rows, "mine", "all", "mce").value == as_computed(0.5260869565217392));
    CHECK(test::row(rows, "mine", "all", "relative_mce").value == as_computed(0.7166666666666667));
  }
}

}  // namespace
}  // namespace robench
