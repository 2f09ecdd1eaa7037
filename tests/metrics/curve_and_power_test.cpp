// SPDX-License-Identifier: Apache-2.0
// The ROC curve, thresholds of resamples, templates and the planner's formulas; references from
// scikit-learn 1.2.1 and statsmodels 0.13.5.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "metrics/power.h"
#include "metrics/reset_threshold.h"
#include "metrics/roc_curve.h"
#include "metrics/score_measures.h"
#include "metrics/template_scores.h"
#include "metrics/wilson.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

std::vector<ScoredTrial> sorted_trials(const std::vector<double>& mated,
                                       const std::vector<double>& non_mated) {
  std::vector<ScoredTrial> trials;
  for (double score : mated) trials.push_back({score, true, 0, 0});
  for (double score : non_mated) trials.push_back({score, false, 1, 2});
  sort_by_score(trials);
  return trials;
}

const std::vector<double> kMated = {0.9, 0.8, 0.75, 0.6, 0.55, 0.5, 0.35, 0.3};
const std::vector<double> kNonMated = {0.7, 0.55, 0.45, 0.4, 0.35, 0.3, 0.2, 0.15, 0.1, 0.05};

TEST_SUITE("metrics") {
  TEST_CASE("corners of a curve by hand") {
    // Mated 3, 1; non-mated 2, 0.5, 0: accept nothing, 3, 2, 1, everything.
    const auto points = roc_points(sorted_trials({3, 1}, {2, 0.5, 0}));
    REQUIRE(points.size() == 5);
    CHECK(std::isinf(points[0].threshold));
    CHECK(points[1].threshold == 3);
    CHECK(points[1].fnmr == 0.5);
    CHECK(points[2].fmr == doctest::Approx(1.0 / 3));
    CHECK(points[3].fnmr == 0);
    CHECK(points[4].threshold == 0);
    CHECK(points[4].fmr == 1);
    CHECK(roc_points({}).empty());
    CHECK(std::isnan(partial_auc({}, 0.1)));
    CHECK(std::isnan(eer_of_convex_hull({})));
  }

  TEST_CASE("EER on the convex hull by hand") {
    // The curve above: (0, 1), (0, 1/2), (1/3, 1/2), (1/3, 0), (1, 0). Its hull goes from (0, 1/2)
    // straight to (1/3, 0): f = 1/2 - 3/2 f, f = 1/5. The midpoint of the FVC2000 interval is (1/3 +
    // 1/2) / 2.
    const auto trials = sorted_trials({3, 1}, {2, 0.5, 0});
    CHECK(eer_of_convex_hull(roc_points(trials)) == doctest::Approx(0.2));
    CHECK(eer_of_convex_hull(roc_points(sorted_trials({3, 4}, {1, 2}))) == doctest::Approx(0));
    CHECK(eer_of_convex_hull(roc_points(sorted_trials({5, 5}, {5}))) == doctest::Approx(0.5));
  }

  TEST_CASE("partial AUC agrees with scikit-learn") {
    // sklearn.metrics.roc_auc_score(y, s, max_fpr=f)
    const auto points = roc_points(sorted_trials(kMated, kNonMated));
    CHECK(roc_summary(sorted_trials(kMated, kNonMated)).auc == doctest::Approx(0.81875).epsilon(1e-9));
    CHECK(partial_auc(points, 0.1) == doctest::Approx(0.671052631579).epsilon(1e-9));
    CHECK(partial_auc(points, 0.25) == doctest::Approx(0.728571428571).epsilon(1e-9));
    CHECK(partial_auc(points, 0.5) == doctest::Approx(0.766666666667).epsilon(1e-9));
    CHECK(partial_auc(roc_points(sorted_trials({3, 4}, {1, 2})), 0.01) == doctest::Approx(1));
  }

  TEST_CASE("the threshold of each resample by hand") {
    // Eight units, comparisons of neighbours with scores 8, 7, ..., 1; at most a quarter of the weight.
    const SubjectBootstrap bootstrap(8, 4, 64);
    std::vector<TailScore> tail;
    for (int u = 0; u < 8; ++u) tail.push_back({8.0 - u, u, (u + 1) % 8});
    std::vector<double> weights(64, 0.0);
    for (int r = 0; r < 64; ++r)
      for (const TailScore& score : tail)
        weights[r] += bootstrap.of_unit(score.unit_a)[r] * bootstrap.of_unit(score.unit_b)[r];
    const auto thresholds = threshold_replicates(tail, weights, 0.25, bootstrap);
    for (int r = 0; r < 64; ++r) {
      const auto accepted = [&](double threshold) {
        double sum = 0;
        for (const TailScore& score : tail)
          if (score.score >= threshold)
            sum += bootstrap.of_unit(score.unit_a)[r] * bootstrap.of_unit(score.unit_b)[r];
        return sum;
      };
      if (weights[r] == 0) continue;
      CHECK(accepted(thresholds[r]) <= 0.25 * weights[r]);
      CHECK(accepted(std::nextafter(thresholds[r], 0.0)) > 0.25 * weights[r]);
    }
  }

  TEST_CASE("double or nothing: each unit counts 0 or 2, half of them") {
    const SubjectBootstrap bootstrap(101, 3, 1000, Draws::double_or_nothing);
    double sum = 0;
    for (int u = 0; u < 101; ++u)
      for (const std::uint8_t weight : bootstrap.of_unit(u)) {
        REQUIRE((weight == 0 || weight == 2));
        sum += weight;
      }
    CHECK(sum / 101'000 == doctest::Approx(1).epsilon(0.01));  // standard error 1 / sqrt(101,000)
  }

  TEST_CASE("how far products of weights are drawn in, by hand") {
    // Disjoint pairs: nothing is shared, products triple the variance.
    const std::vector<std::pair<int, int>> disjoint = {{0, 1}, {2, 3}, {4, 5}, {6, 7}};
    CHECK(product_weight_scale(std::span(disjoint).first(2), spread_of(disjoint, 8)) ==
          doctest::Approx(std::sqrt(1.0 / 3)));
    // Two stars (engine_test.cpp): units 3, pairs 1; shared 3 - 2. (1 + 1) / (1 + 3).
    const std::vector<std::pair<int, int>> stars = {{0, 1}, {0, 2}, {3, 4}, {3, 5}};
    CHECK(product_weight_scale(std::span(stars).first(2), spread_of(stars, 6)) ==
          doctest::Approx(std::sqrt(0.5)));
  }

  TEST_CASE("templates leave out the probe's own session") {
    // ada at 0, 90 and 0 degrees, bob at 180 twice. ada's first probe meets the mean of 90 and 0.
    const EvaluationData data = test::data_of(test::samples_of({"ada", "ada", "ada", "bob", "bob"}));
    const EmbeddingTable table = test::table_of_angles({0, 90, 0, 180, 180});
    const Templates templates(Comparison::cosine, data, table);
    std::vector<TemplateScore> scores;
    templates.score(table, [&](const TemplateScore& score) { scores.push_back(score); });
    REQUIRE(scores.size() == 10);
    CHECK(scores[0].score == doctest::Approx(std::sqrt(0.5)));
    CHECK(scores[1].score == doctest::Approx(-1));               // with bob's
    CHECK(scores[2].score == doctest::Approx(0).epsilon(1e-6));  // 90 degrees with the mean of 0 and 0
    const Templates distances(Comparison::euclidean, data, table);
    scores.clear();
    distances.score(table, [&](const TemplateScore& score) { scores.push_back(score); });
    CHECK(scores[0].score == doctest::Approx(-std::sqrt(0.5)));  // (1, 0) to (1/2, 1/2)
    CHECK(scores[1].score == doctest::Approx(-2));
  }

  TEST_CASE("verification against templates equals a plain loop") {
    const EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(60, 3)));
    EmbeddingTable clean = test::random_table(180, 16, 5);
    for (Eigen::Index i = 0; i < 180; ++i) clean.vectors.row(i) += 1.5F * clean.vectors.row(i / 3 * 3);
    const EmbeddingTable noise = test::random_table(180, 16, 6);
    EmbeddingTable probes = clean;
    probes.vectors += noise.vectors;
    test::fail(probes, 7);
    const Threshold threshold = make_threshold(test::from_data(0.05), test::card_of(), data, clean);
    const auto measures = test::evaluate("template_verification", test::card_of(), data, clean,
                                         {&probes}, test::from_data(0.05));
    test::check_honest(measures);

    std::array<std::vector<double>, 2> clean_scores;
    struct Judged {
      int half;
      bool mated;
      double score;
    };
    std::vector<Judged> judged;
    const auto score = [&](const EmbeddingTable& table, Eigen::Index i, int subject) {
      Eigen::VectorXd sum = Eigen::VectorXd::Zero(16);
      for (Eigen::Index k = 3 * subject; k < 3 * subject + 3; ++k)
        if (k != i) sum += clean.vectors.row(k).cast<double>().normalized().transpose();
      return table.vectors.row(i).cast<double>().normalized().dot(sum.normalized());
    };
    for (Eigen::Index i = 0; i < 180; ++i)
      for (int subject = 0; subject < 60; ++subject) {
        const int own = static_cast<int>(i / 3);
        const int half = threshold.half[own];
        if (half != threshold.half[subject]) continue;
        if (own != subject) clean_scores[half].push_back(score(clean, i, subject));
        if (i != 7) judged.push_back({half, own == subject, score(probes, i, subject)});
      }
    std::array<double, 2> limit{};
    for (std::size_t h = 0; h < 2; ++h) {
      auto& scores = clean_scores[1 - h];
      std::sort(scores.begin(), scores.end(), std::greater<>());
      limit[h] = scores[static_cast<std::size_t>(0.05 * static_cast<double>(scores.size()))];
    }
    double mated = 0, rejected = 0, non_mated = 0, accepted = 0;
    for (const Judged& one : judged) {
      (one.mated ? mated : non_mated) += 1;
      if (one.mated) rejected += one.score <= limit[one.half] + 1e-6 ? 1 : 0;
      if (!one.mated) accepted += one.score > limit[one.half] + 1e-6 ? 1 : 0;
    }
    CHECK(test::find(measures, "template_fnmr")->n == 179);
    CHECK(test::find(measures, "template_fnmr")->value == doctest::Approx(rejected / mated));
    CHECK(test::find(measures, "template_fmr")->n == static_cast<std::int64_t>(non_mated));
    CHECK(test::find(measures, "template_fmr")->value == doctest::Approx(accepted / non_mated));
    CHECK(test::find(measures, "template_fmr")->ci95.has_value());
  }

  TEST_CASE("generalised rates count what could not be compared as non-matches") {
    const EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(20, 2)));
    EmbeddingTable clean = test::random_table(40, 64, 3);
    for (Eigen::Index i = 0; i < 40; i += 2) clean.vectors.row(i + 1) = clean.vectors.row(i);
    EmbeddingTable probes = clean;
    for (std::size_t i = 1; i < 20; i += 2) test::fail(probes, i);  // ten of the twenty probes
    const auto measures = test::evaluate("verification", test::card_of(Comparison::cosine, 0.9), data,
                                         clean, {&probes}, test::from_card());
    CHECK(test::find(measures, "fnmr")->value == 0);
    CHECK(test::find(measures, "generalised_fnmr")->value == 0.5);
    CHECK(test::find(measures, "generalised_fnmr")->n == 20);
    CHECK(test::find(measures, "fmr")->n == 30 * 38);  // 30 probes with the references of the others
    CHECK(test::find(measures, "generalised_fmr")->n == 40 * 38);
  }

  TEST_CASE("measures of a table of scores") {
    ScoreTable table;
    table.units = 40;
    for (int u = 0; u < 40; ++u) {
      table.trials.push_back({u < 4 ? 0.0 : 1.0, true, u, u});
      table.trials.push_back({u < 2 ? 0.9 : 0.1, false, u, (u + 1) % 40});
    }
    const auto measures = score_measures(table, {0.5, 1});
    test::check_honest(measures);
    CHECK(test::find(measures, "fnmr")->value == doctest::Approx(0.1));
    CHECK(test::find(measures, "fmr")->value == doctest::Approx(0.05));
    CHECK(test::find(measures, "fmr")->ci95.has_value());
    CHECK(std::isnan(test::find(measures, "fnmr@fmr=1e-2")->value));  // 40 scores: budget 0.4
    CHECK(test::find(measures, "fnmr@fmr=1e-2")->note.find("below 1") != std::string::npos);
    CHECK(std::isnan(test::find(measures, "lfw_accuracy")->value));
    CHECK(std::isnan(test::find(score_measures(table, {}), "fmr")->value));
  }

  TEST_CASE("sample sizes by hand and as statsmodels has them") {
    CHECK(design_effect(5, 0.5) == 3);
    CHECK(comparisons_by_rule_of_three(1e-3) == doctest::Approx(3000));
    CHECK(comparisons_by_rule_of_thirty(1e-3) == doctest::Approx(30000));
    CHECK(smallest_rate_with_thirty_errors(3e5) == doctest::Approx(1e-4));
    // samplesize_confint_proportion(.05, .01, alpha=.05)
    CHECK(comparisons_for_margin(0.05, 0.01) == doctest::Approx(1824.69293983).epsilon(1e-9));
    // samplesize_proportions_2indep_onetail(.05, .05, .8, alpha=.05, alternative='two-sided')
    CHECK(comparisons_per_group(0.10, 0.05) == doctest::Approx(434.432022439).epsilon(1e-9));
    // ((1.95996 * sqrt(.1) + .84162 * sqrt(.1 - .0025)) / .05)^2
    CHECK(pairs_for_difference(0.05, 0.1) == doctest::Approx(311.586875176).epsilon(1e-9));
    CHECK(detectable_difference(311.586875176, 0.1) == doctest::Approx(0.05).epsilon(1e-6));
    CHECK(std::isnan(detectable_difference(10, 0.1)));
  }
}

}  // namespace
}  // namespace robench
