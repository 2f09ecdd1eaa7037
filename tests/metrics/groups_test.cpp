// SPDX-License-Identifier: Apache-2.0
// Groups of people: who belongs where, the indices by hand, and the rows of one cell.
#include <cmath>

#include "metrics/equity.h"
#include "metrics/gap_change.h"
#include "metrics/group_errors.h"
#include "metrics/grouping.h"
#include "metrics/score_shift.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using doctest::Approx;

/// Samples with the values of one column beside their subjects.
EvaluationData grouped_data(const std::vector<std::string>& subjects,
                            const std::vector<std::string>& values) {
  auto samples = test::samples_of(subjects);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].groups["sex"] = values[i];
  EvaluationData data = test::data_of(std::move(samples));
  data.groupings = {{"sex"}};
  return data;
}

TEST_SUITE("metrics") {
  TEST_CASE("grouping: a subject's group is that of its samples; contradictions are left out") {
    auto samples = test::samples_of({"ann", "ann", "bob", "cy", "cy", "dee", ""});
    const char* sex[] = {"f", "", "m", "m", "f", "", "f"};
    const char* age[] = {"young", "young", "old", "old", "old", "old", "old"};
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i].groups = {{"sex", sex[i]}, {"age", age[i]}};
    const EvaluationData data = test::data_of(std::move(samples));
    const Grouping grouping = make_grouping(data, {"sex"});
    CHECK(grouping.values == std::vector<std::string>{"f", "m"});
    CHECK(grouping.of_unit ==
          std::vector<int>{0, 1, -1, -1, 0});  // the last unit: a sample of nobody known
    CHECK(grouping.units == std::vector<int>{2, 1});
    CHECK(grouping.contradictory == 1);
    CHECK(grouping.without_value == 1);
    CHECK(grouping.difference(0, 1) == "sex=f-m");
    const Grouping both = make_grouping(data, {"sex", "age"});
    CHECK(both.name == "sex+age");
    CHECK(both.values == std::vector<std::string>{"f+old", "f+young", "m+old"});
    CHECK(both.label(0) == "sex+age=f+old");
  }

  TEST_CASE("equity indices by hand") {
    const std::vector<double> fmr = {0.01, 0.04};
    const std::vector<double> fnmr = {0.02, 0.08};
    // 1 - (0.03 + 0.06) / 2
    CHECK(fairness_discrepancy_rate(fmr, fnmr) == Approx(0.955));
    CHECK(fairness_discrepancy_rate(fmr, fnmr, 1) == Approx(0.97));
    // 4^(1/2) * 4^(1/2)
    CHECK(inequity_rate(fmr, fnmr) == Approx(4));
    CHECK(inequity_rate(fmr, std::vector<double>{0.1, 0.1}) == Approx(2));
    // two rates a < b: factor 2, sum over both orders 2 (b - a), over 2 * 4 * mean: (b - a) / (b + a)
    CHECK(gini(fmr) == Approx(0.6));
    CHECK(gini(std::vector<double>{0, 0, 0}) == 0);
    CHECK(gini(std::vector<double>{0, 0, 0.3}) == Approx(1));  // one group has all errors
    CHECK(gini(std::vector<double>{1, 2, 3}) == Approx(1.5 * 8 / (2 * 9 * 2.0)));
    CHECK(garbe(fmr, fnmr) == Approx(0.6));
    // 0.04 over sqrt(0.0004)
    CHECK(max_over_geometric_mean(fmr) == Approx(2));
    CHECK(max_over_geometric_mean(std::vector<double>{1, 10, 100}) == Approx(10));
    GroupCounts counts(2);
    counts.errors = {0, 4};
    counts.trials = {9, 19};
    CHECK(counts.rates()[1] == Approx(4 / 19.0));
    CHECK(counts.rates_with_half() == std::vector<double>{0.05, 0.225});
    const PermutedIndex chance = permuted_index(0.9, std::vector<double>{0.8, 0.9, 1, 1}, true);
    CHECK(chance.mean == Approx(0.925));
    CHECK(chance.p == Approx(0.6));  // (1 + 2) / (1 + 4)
  }

  TEST_CASE("score shift: difference of means over the pooled SD, jackknife by hand") {
    ScoreMoments a(20);
    ScoreMoments b(20);
    for (int u = 0; u < 10; ++u) {
      a.add(u, u, u);  // 0..9: mean 4.5, variance 82.5 / 9
      b.add(10 + u, 10 + u, u + 3.0);
    }
    const ScoreShift shift = score_shift(a, b);
    CHECK(shift.value == Approx(-3 / std::sqrt(82.5 / 9)));
    CHECK(shift.n == 20);
    REQUIRE(shift.ci95.has_value());
    // SE of a difference of two means of 10 over the SD, about sqrt(2 / 10), and a little for the SD.
    const double se = (shift.ci95->high - shift.ci95->low) / 2 / 1.959964;
    CHECK(se == Approx(std::sqrt(0.2)).epsilon(0.15));
    ScoreMoments pairs(3);
    pairs.add(0, 1, 1);
    pairs.add(1, 2, 2);
    pairs.add(0, 2, 4);
    CHECK(pairs.without(0).n == 1);
    CHECK(pairs.without(0).sum == 2);
    CHECK(pairs.without(1).squares == 16);
  }

  TEST_CASE("FMR matrix: every cross-subject pair is in the field of its groups, by hand") {
    // Angles; accepted within 10 degrees. f: 0, 5, 50; m: 8, 100, 105, each of its own subject.
    const EvaluationData data =
        grouped_data({"a", "b", "c", "d", "e", "g"}, {"f", "f", "f", "m", "m", "m"});
    const EmbeddingTable table = test::table_of_angles({0, 5, 50, 8, 100, 105});
    const ModelCard card = test::card_of(Comparison::cosine, std::cos(10 * std::numbers::pi / 180));
    const Threshold threshold = make_threshold(test::from_card(), card, data, table);
    const CleanContext context{card, data, table, threshold};
    const Grouping grouping = make_grouping(data, {"sex"});
    const SubjectBootstrap bootstrap(6, 1, 20);
    const std::vector<std::vector<int>> swapped = {{1, 1, 1, 0, 0, 0}, {0, 1, 0, 1, 0, 1}};
    const EmbeddingTable* probes = &table;
    const MatchMatrix matrix =
        GroupMatches(context, grouping.of_unit, 2).count({&probes, 1}, bootstrap, swapped);
    CHECK(matrix.at(0, 0).comparisons == 6);  // 3 references x 3 probes, less itself
    CHECK(matrix.at(0, 1).comparisons == 9);
    CHECK(matrix.at(0, 0).matches.size() == 2);  // 0-5 in both directions
    CHECK(matrix.at(1, 1).matches.size() == 2);  // 100-105
    CHECK(matrix.at(0, 1).matches.size() == 2);  // 0-8, 5-8
    CHECK(matrix.at(1, 0).matches.size() == 2);
    CHECK(matrix.permuted[0].errors == std::vector<double>{2, 2});
    // f: 0, 50, 100 match nobody; m: 5, 8, 105: 5-8 in both directions.
    CHECK(matrix.permuted[1].errors == std::vector<double>{0, 2});
    CHECK(matrix.permuted[1].trials == std::vector<double>{6, 6});
    for (int r = 0; r < bootstrap.replicates(); ++r) {
      const auto w = bootstrap.of_replicate(r);
      const double f = w[0] + w[1] + w[2];
      CHECK(matrix.at(0, 0).weights[r] == Approx(f * f - w[0] * w[0] - w[1] * w[1] - w[2] * w[2]));
      CHECK(matrix.at(0, 0).match_weights[r] == Approx(2 * w[0] * w[1]));
      CHECK(matrix.at(0, 1).weights[r] == Approx(f * (w[3] + w[4] + w[5])));
    }
  }

  TEST_CASE("permuted labels keep the sizes of the groups and leave out whom the labels leave out") {
    const std::vector<int> labels = {0, 0, 0, 1, -1, 1};
    const auto permuted = permuted_labels(labels, 200, 3);
    REQUIRE(permuted.size() == 200);
    int first_is_one = 0;
    for (const auto& one : permuted) {
      CHECK(one[4] == -1);
      CHECK(std::count(one.begin(), one.end(), 1) == 2);
      first_is_one += one[0] == 1;
    }
    CHECK(first_is_one > 50);  // 2 of 5: 80 expected
    CHECK(first_is_one < 110);
    CHECK(permuted == permuted_labels(labels, 200, 3));
  }

  TEST_CASE("gap change by hand, on both scales") {
    PairedNonMatches outcomes;
    Grouping grouping;
    grouping.name = "sex";
    grouping.values = {"f", "m"};
    for (int u = 0; u < 80; ++u) {  // 40 of each group, one comparison each
      grouping.of_unit.push_back(u < 40 ? 0 : 1);
      outcomes.judged.push_back(1);
      outcomes.clean.push_back(u % 40 < (u < 40 ? 2 : 1) ? 1 : 0);
      outcomes.perturbed.push_back(u % 40 < (u < 40 ? 12 : 4) ? 1 : 0);
    }
    const SubjectBootstrap bootstrap(80, 5);
    const auto change = gap_change(outcomes, grouping, 0, 1, bootstrap);
    REQUIRE(change.has_value());
    CHECK(change->difference.gap == Approx(8 / 40.0));
    CHECK(change->difference.change == Approx(8 / 40.0 - 1 / 40.0));
    const auto logit = [](double e) { return std::log((e + 0.5) / (40.5 - e)); };
    CHECK(change->log_odds.gap == Approx(logit(12) - logit(4)));
    CHECK(change->log_odds.change == Approx(logit(12) - logit(4) - logit(2) + logit(1)));
    CHECK(change->difference.detectable() == Approx(2.801585 * change->difference.se));
    CHECK(change->direction() == 1);
    CHECK(change->n == 80);
    // Variance of the change in one group: 10 of 40 went from 0 to 1 (f), 3 of 40 (m).
    const double variance = (0.25 * 0.75 + 0.075 * 0.925) / 40;
    CHECK(change->difference.se == Approx(std::sqrt(variance)).epsilon(0.08));
    std::fill(outcomes.clean.begin(), outcomes.clean.end(), 0.0);
    const auto from_zero = gap_change(outcomes, grouping, 0, 1, bootstrap);
    REQUIRE(from_zero.has_value());
    CHECK(from_zero->log_odds.se > std::sqrt(2 * (1 / 0.5 + 1 / 40.5)));  // what resampling cannot see
    std::fill(outcomes.perturbed.begin(), outcomes.perturbed.end(), 0.0);
    CHECK_FALSE(gap_change(outcomes, grouping, 0, 1, bootstrap).has_value());
  }

  TEST_CASE("groups and group_interaction: rows of a cell, small groups refused, nothing unasked") {
    // 12 subjects of each group with two samples, 3 of a third group.
    std::vector<std::string> values;
    for (int s = 0; s < 27; ++s) values.insert(values.end(), 2, s < 12 ? "f" : s < 24 ? "m" : "x");
    EvaluationData data = grouped_data(test::repeated_subjects(27, 2), values);
    const EmbeddingTable clean = test::random_table(54, 8, 4);
    EmbeddingTable perturbed = test::random_table(54, 8, 5);
    test::fail(perturbed, 1);
    const ModelCard card = test::card_of(Comparison::cosine, 0.2);
    const auto rows = test::evaluate("groups", card, data, clean, {&perturbed}, test::from_card());
    test::check_honest(rows);
    const auto value = [&](const char* name) {
      const Measure* row = test::find(rows, name);
      REQUIRE_MESSAGE(row != nullptr, name);
      return row->value;
    };
    CHECK(value("failure_to_acquire_rate:sex=f") == Approx(1 / 24.0));
    CHECK(value("failure_to_acquire_rate:sex=m") == 0);
    CHECK(std::isnan(value("fnmr:sex=x")));
    CHECK(std::isnan(value("fmr:sex=x")));
    CHECK_FALSE(std::isnan(value("fmr:sex=f/m")));
    CHECK(test::find(rows, "fnmr:sex=f")->note.find("small group: 11 subjects") != std::string::npos);
    CHECK(test::find(rows, "garbe:sex")->n == 2);
    CHECK(test::find(rows, "garbe:sex")->note.find("sex=x left out") != std::string::npos);
    CHECK(test::find(rows, "garbe_permuted:sex")->n == 999);
    // f: 24 references x 23 probes less 46 of one subject; m: 24 x 24 less 48.
    CHECK(test::find(rows, "score_shift_non_mated:sex=f-m")->n == 1034);
    data.groupings.clear();
    CHECK(test::evaluate("groups", card, data, clean, {&perturbed}, test::from_card()).empty());
    CHECK(
        test::evaluate("group_interaction", card, data, clean, {&perturbed}, test::from_card()).empty());
  }
}

}  // namespace
}  // namespace robench
