// SPDX-License-Identifier: Apache-2.0
// Reference values: scikit-learn 1.2 (IsotonicRegression, LogisticRegression with newton-cholesky,
// roc_auc_score, brier_score_loss) on the same small tables.
#include <cmath>

#include <doctest/doctest.h>

#include "metrics/confidence/auroc.h"
#include "metrics/confidence/isotonic.h"
#include "metrics/confidence/mated_probability.h"
#include "metrics/confidence/quality_model.h"
#include "metrics/confidence/reliability.h"
#include "metrics/confidence/ridge_logistic.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

TEST_SUITE("metrics") {
  TEST_CASE("isotonic regression pools adjacent violators") {
    const MonotoneCurve curve =
        isotonic_regression(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 3, 2, 5});
    CHECK(curve.x == std::vector<double>{1, 2, 3, 4});
    CHECK(curve.y == std::vector<double>{1, 2.5, 2.5, 5});
    CHECK(curve.at(0) == 1);
    CHECK(curve.at(3.5) == doctest::Approx(3.75));
    CHECK(curve.at(9) == 5);
    CHECK(std::isnan(MonotoneCurve{}.at(1)));

    std::vector<double> x, y, w;
    for (int i = 0; i < 20; ++i) {
      x.push_back((37 * i) % 101 / 10.0);
      y.push_back((53 * i + 7) % 29 / 7.0 + 0.2 * x.back());
      w.push_back(1 + i % 3);
    }
    const MonotoneCurve weighted = isotonic_regression(x, y, w);
    CHECK(weighted.at(0) == doctest::Approx(1.0));
    CHECK(weighted.at(1.5) == doctest::Approx(2.315238095238095));
    CHECK(weighted.at(3.3) == doctest::Approx(2.315238095238095));
    CHECK(weighted.at(5) == doctest::Approx(2.417142857142857));
    CHECK(weighted.at(7.7) == doctest::Approx(3.552142857142857));
  }

  TEST_CASE("ridge logistic regression agrees with scikit-learn") {
    Eigen::MatrixXd x(12, 4);
    std::vector<int> positive;
    std::vector<double> weight;
    for (int i = 0; i < 12; ++i) {
      for (int k = 0; k < 4; ++k) x(i, k) = (17 * i + 5 * k + i * i * k) % 23 / 4.0;
      positive.push_back(i * 7 % 5 < 2 ? 1 : 0);
      weight.push_back(1 + i % 2 * 0.5);
    }
    const LogisticFit fit = fit_ridge_logistic(x, positive, 0.7, weight);
    CHECK(fit.converged);
    CHECK(fit.intercept == doctest::Approx(-0.06956628193).epsilon(1e-6));
    CHECK(fit.coefficient[0] == doctest::Approx(0.02024330552).epsilon(1e-6));
    CHECK(fit.coefficient[3] == doctest::Approx(-0.30683500988).epsilon(1e-6));
    CHECK(fit.log_odds(Eigen::VectorXd::Zero(4)) == fit.intercept);
    CHECK(logistic(0) == 0.5);
    CHECK(logistic(-800) == 0);
    CHECK(logistic(800) == 1);
    CHECK(log_odds_of(logistic(1.5)) == doctest::Approx(1.5));
  }

  TEST_CASE("separable data have a finite fit") {
    const Eigen::MatrixXd x = Eigen::VectorXd::LinSpaced(10, -1, 1);
    const LogisticFit fit = fit_ridge_logistic(x, std::vector<int>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 1e-3);
    CHECK(fit.converged);
    CHECK(fit.coefficient[0] > 5);
    CHECK(std::isfinite(fit.coefficient[0]));
  }

  TEST_CASE("AUROC agrees with scikit-learn and its difference is paired") {
    std::vector<LabelledScore> a, b;
    for (int i = 0; i < 20; ++i) {
      a.push_back({std::floor(29 * i % 31 / 4.0), i * 3 % 7 < 3, i});
      b.push_back({-a.back().score, a.back().positive, i});
    }
    const SubjectBootstrap bootstrap(20, 3);
    const Measure measure = auroc("x", a, bootstrap);
    CHECK(measure.value == doctest::Approx(0.4343434343434343));
    CHECK(measure.n == 20);
    REQUIRE(measure.ci95);
    const PairedDifference same = auroc_difference(a, a, bootstrap);
    CHECK(same.difference == 0);
    const PairedDifference opposite = auroc_difference(a, b, bootstrap);
    CHECK(opposite.difference == doctest::Approx(2 * measure.value - 1));
    CHECK(auroc("x", std::span(a).first(1), bootstrap).note.find("0 negative") != std::string::npos);
  }

  TEST_CASE("a score's probability follows the prior and the likelihood ratio") {
    // Normal scores: mated at +1, non-mated at -1, SD 1, so that the log likelihood ratio is 2 s.
    const RandomStream stream(1, "test", "", "", 0);
    std::vector<ScoredTrial> trials;
    for (int i = 0; i < 4000; ++i) {
      const int other = (i + 1 + i / 1000) % 1000;
      trials.push_back({stream.normal(2 * i) + 1, true, i % 1000, i % 1000});
      trials.push_back({stream.normal(2 * i + 1) - 1, false, i % 1000, other});
    }
    for (const auto curve : {CalibrationCurve::logistic, CalibrationCurve::isotonic}) {
      const MatedProbability model = fit_mated_probability(trials, 1000, curve, 1, 50);
      CHECK(model.refused.empty());
      CHECK(model.subjects == 1000);
      const auto even = mated_probability(model, 0.5, 0.5);
      CHECK(even.value == doctest::Approx(logistic(1)).epsilon(0.06));
      REQUIRE(even.ci95);
      CHECK(even.ci95->low < even.value);
      CHECK(even.ci95->high > even.value);
      const auto rare = mated_probability(model, 0.5, 0.01);
      CHECK(log_odds_of(rare.value) - log_odds_of(0.01) == doctest::Approx(log_odds_of(even.value)));
    }
    const MatedProbability rising =
        fit_mated_probability(trials, 1000, CalibrationCurve::isotonic, 1, 50);
    CHECK(mated_probability(rising, 99, 0.5).value == doctest::Approx(1 - 3.0 / 1003).epsilon(1e-3));
    CHECK(
        fit_mated_probability(std::span(trials).first(8), 1000, CalibrationCurve::logistic, 1).refused ==
        "4 subjects with mated trials, fewer than 10");
  }

  TEST_CASE("reliability counts what came true") {
    std::vector<Forecast> forecasts;
    for (int i = 0; i < 15; ++i) forecasts.push_back({13 * i % 37 / 37.0, i * 5 % 3 == 0, i, i, 1});
    const Reliability r = reliability(forecasts, 3, SubjectBootstrap(15, 1));
    CHECK(r.brier.value == doctest::Approx(0.5605064523983443));
    REQUIRE(r.rows.size() == 3);
    CHECK(r.rows[0].happened.n == 5);
    // By hand: two forecasts of 0.25, one came true, and two of 0.75, both came true.
    const std::vector<Forecast> four = {
        {0.25, true, 0, 0, 1}, {0.25, false, 1, 1, 1}, {0.75, true, 2, 2, 1}, {0.75, true, 3, 3, 1}};
    const Reliability hand = reliability(four, 2, SubjectBootstrap(4, 1));
    CHECK(hand.ece.value == doctest::Approx(0.25));
    CHECK(hand.rows[0].happened.value == 0.5);
    CHECK(hand.rows[1].mean_probability == 0.75);
    CHECK_FALSE(hand.ece.ci95);
    CHECK(std::isnan(reliability({}, 3, SubjectBootstrap(0, 1)).brier.value));
  }

  TEST_CASE("quality measures are combined, with what was not assessed") {
    const RandomStream stream(2, "test", "", "", 0);
    Eigen::MatrixXd x(600, 3);
    std::vector<int> usable, subject;
    for (int i = 0; i < 600; ++i) {
      for (int k = 0; k < 3; ++k) x(i, k) = 10 + 3 * stream.normal(3 * i + k);
      // Good in the middle of the first, for large values of the second; the third says nothing.
      const double z0 = (x(i, 0) - 10) / 3;
      const double z1 = (x(i, 1) - 10) / 3;
      usable.push_back(stream.fork("usable").uniform(i) < logistic(1 - z0 * z0 + 2 * z1) ? 1 : 0);
      subject.push_back(i / 3);
      if (i % 10 == 0) x(i, 2) = std::nan("");
    }
    const QualityModel model = fit_quality_model(x, usable, subject, {"a", "b", "c"}, 1);
    REQUIRE(model.refused.empty());
    CHECK(model.subjects == 200);
    CHECK(model.square[0] < -0.4);
    CHECK(model.linear[1] > 1);
    CHECK(std::abs(model.linear[2]) < 0.4);
    const double best = usable_probability(model, std::vector<double>{10, 13, 10});
    CHECK(best > usable_probability(model, std::vector<double>{16, 13, 10}));
    CHECK(best > usable_probability(model, std::vector<double>{4, 13, 10}));
    CHECK(std::isfinite(usable_log_odds(model, std::vector<double>{std::nan(""), 13, 1e9})));

    const std::vector<int> all_usable(600, 1);
    CHECK(fit_quality_model(x, all_usable, subject, {"a", "b", "c"}, 1).refused ==
          "0 subjects with the rarer outcome, fewer than 10");
  }
}

}  // namespace
}  // namespace robench
