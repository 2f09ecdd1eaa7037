// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "metrics/lfw_folds.h"
#include "metrics/roc.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

/// Each trial from two units of its own.
std::vector<ScoredTrial> trials_of(const std::vector<double>& mated,
                                   const std::vector<double>& non_mated) {
  std::vector<ScoredTrial> trials;
  for (double score : mated) trials.push_back({score, true, 0, 0});
  for (double score : non_mated) trials.push_back({score, false, 1, 2});
  sort_by_score(trials);
  return trials;
}

TEST_SUITE("metrics") {
  TEST_CASE("EER at an exact crossing") {
    // At t = 0.5: one of four mated below, one of four non-mated at or above.
    const auto summary = roc_summary(trials_of({0.4, 0.6, 0.7, 0.8}, {0.1, 0.2, 0.3, 0.5}));
    CHECK(summary.eer == doctest::Approx(0.25));
    CHECK(summary.auc == doctest::Approx(15.0 / 16));
  }

  TEST_CASE("EER between two thresholds is the midpoint of the FVC2000 interval") {
    // Mated {1, 3}, non-mated {0, 2, 2.5}. From t <= 1: FNMR 0, FMR 2/3; from t in (1, 2]: 1/2, 2/3;
    // from t in (2, 2.5]: 1/2, 1/3. The sums are 7/6 and 5/6, so the second point counts.
    CHECK(roc_summary(trials_of({1, 3}, {0, 2, 2.5})).eer == doctest::Approx((0.5 + 1.0 / 3) / 2));
  }

  TEST_CASE("separated scores: EER 0, AUC 1; exchanged: EER 1, AUC 0; equal: one half") {
    CHECK(roc_summary(trials_of({3, 4}, {1, 2})).eer == 0);
    CHECK(roc_summary(trials_of({3, 4}, {1, 2})).auc == 1);
    CHECK(roc_summary(trials_of({1, 2}, {3, 4})).eer == 1);
    CHECK(roc_summary(trials_of({1, 2}, {3, 4})).auc == 0);
    CHECK(roc_summary(trials_of({5, 5}, {5, 5, 5})).auc == 0.5);
    CHECK(roc_summary(trials_of({5, 5}, {5, 5, 5})).eer == 0.5);
  }

  TEST_CASE("d-prime by hand, and none without spread") {
    // Means 3 and 0, variances 1 and 4 (divisor n).
    CHECK(roc_summary(trials_of({2, 4}, {-2, 2})).d_prime == doctest::Approx(3 / std::sqrt(2.5)));
    CHECK(roc_summary(trials_of({-2, 2}, {2, 4})).d_prime == doctest::Approx(-3 / std::sqrt(2.5)));
    CHECK(std::isnan(roc_summary(trials_of({0.3, 0.3, 0.3}, {0.1, 0.1})).d_prime));
  }

  TEST_CASE("a kind without weight gives no number") {
    CHECK(std::isnan(roc_summary(trials_of({1}, {})).eer));
    CHECK(std::isnan(roc_summary({}).auc));
  }

  TEST_CASE("in a replicate a trial counts as often as its subjects were drawn") {
    std::vector<ScoredTrial> trials;
    const RandomStream stream(1, "roc_test", "", "", 0);
    for (int unit = 0; unit < 6; ++unit) {
      trials.push_back({stream.normal(unit) + 1, true, unit, unit});
      trials.push_back({stream.normal(100 + unit), false, unit, (unit + 1) % 6});
      trials.push_back({0.25, unit % 2 == 0, unit, unit % 2 == 0 ? unit : (unit + 2) % 6});  // ties
    }
    sort_by_score(trials);
    const SubjectBootstrap bootstrap(6, 9);
    const auto replicates = roc_replicates(trials, bootstrap);
    for (int r = 0; r < bootstrap.replicates(); ++r) {
      const auto weight = bootstrap.of_replicate(r);
      std::vector<ScoredTrial> repeated;
      for (const ScoredTrial& trial : trials) {
        const float w = trial.mated ? weight[trial.unit_a] : weight[trial.unit_a] * weight[trial.unit_b];
        repeated.insert(repeated.end(), static_cast<std::size_t>(w), trial);
      }
      const RocSummary expected = roc_summary(repeated);
      if (std::isnan(expected.eer)) {
        CHECK(std::isnan(replicates[r].eer));
        continue;
      }
      CHECK(replicates[r].eer == doctest::Approx(expected.eer));
      CHECK(replicates[r].auc == doctest::Approx(expected.auc));
      if (!std::isnan(expected.d_prime) && expected.d_prime < 1e3)
        CHECK(replicates[r].d_prime == doctest::Approx(expected.d_prime));
    }
  }

  TEST_CASE("published fold accuracies give the published mean, SD and SE") {
    // MobileFaceNet on LFW (Xiaoccer's README): 99.30, SD .41, SE .13.
    const std::vector<double> folds = {99.00, 99.00, 99.00, 98.67, 99.33,
                                       99.67, 99.17, 99.50, 100,   99.67};
    const FoldSummary summary = summarise_folds(folds);
    CHECK(summary.mean == doctest::Approx(99.30).epsilon(0.00005));
    CHECK(std::round(summary.sd * 100) / 100 == doctest::Approx(0.41));
    CHECK(std::round(summary.se * 100) / 100 == doctest::Approx(0.13));
  }

  TEST_CASE("the most accurate threshold, ties to the smallest") {
    const auto best = [](std::vector<LabelledScore> scores) {
      return most_accurate_threshold(std::move(scores));
    };
    const auto above = [](double score) {
      return std::nextafter(score, std::numeric_limits<double>::infinity());
    };
    CHECK(best({{0.1, false}, {0.2, false}, {0.8, true}}) == above(0.2));
    CHECK(best({{0.8, true}, {0.9, true}}) == -std::numeric_limits<double>::infinity());
    // Rejecting up to 0.1 or up to 0.3 gets three of four right alike.
    CHECK(best({{0.1, false}, {0.2, true}, {0.3, false}, {0.4, true}}) == above(0.1));
    // Equal scores cannot be told apart: rejecting both 0.5 gains nothing.
    CHECK(best({{0.1, false}, {0.5, false}, {0.5, true}, {0.9, true}}) == above(0.1));
  }

  TEST_CASE("a fold's threshold never sees the fold") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Trial> trials = {{0, 1, true, 0},  {0, 2, false, 0}, {1, 2, true, 1},
                                       {1, 3, false, 1}, {2, 3, false, 0}, {0, 3, false, -1}};
    const auto thresholds = fold_thresholds(trials, std::vector<double>{0.9, 0.5, 0.8, 0.2, nan, 0.7});
    CHECK(thresholds.size() == 2);
    CHECK(thresholds.at(0) == std::nextafter(0.2, 1.0));
    CHECK(thresholds.at(1) == std::nextafter(0.5, 1.0));
  }
}

}  // namespace
}  // namespace robench
