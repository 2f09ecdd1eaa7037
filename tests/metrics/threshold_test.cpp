// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <tbb/global_control.h>

#include "metrics/all_pairs.h"
#include "metrics/threshold.h"
#include "models/embedder.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::card_of;
using test::data_of;
using test::from_data;
using test::random_table;
using test::repeated_subjects;
using test::samples_of;

/// Exact scores of the clean comparisons of different subjects and sessions, by plain loops.
/// half: both subjects in it; -1 = all.
std::vector<double> brute_force(const EvaluationData& data, const EmbeddingTable& table,
                                Comparison comparison, const Threshold& threshold, int half) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < data.samples.size(); ++i)
    for (std::size_t j = i + 1; j < data.samples.size(); ++j) {
      const int a = data.subject[i];
      const int b = data.subject[j];
      if (a < 0 || b < 0 || a == b || data.session[i] == data.session[j]) continue;
      if (!table.ok(i) || !table.ok(j)) continue;
      if (half >= 0 && (threshold.half[a] != half || threshold.half[b] != half)) continue;
      scores.push_back(similarity(comparison, table.vectors.row(i).data(), table.vectors.row(j).data(),
                                  static_cast<int>(table.vectors.cols())));
    }
  return scores;
}

double share_accepted(const std::vector<double>& scores, double threshold) {
  const auto accepted =
      std::count_if(scores.begin(), scores.end(), [&](double score) { return score >= threshold; });
  return static_cast<double>(accepted) / static_cast<double>(scores.size());
}

/// 900 samples (several tiles, not a multiple of their side) with unknown subjects, shared
/// photographs and failures.
struct Awkward {
  EvaluationData data;
  EmbeddingTable table = random_table(900, 16, 11);

  Awkward() {
    auto samples = samples_of(repeated_subjects(300, 3));
    for (std::size_t i = 0; i < samples.size(); i += 7) samples[i].subject.clear();
    for (std::size_t i = 0; i + 5 < samples.size(); i += 10)
      samples[i].photograph = samples[i + 5].photograph;
    data = data_of(std::move(samples));
    for (std::size_t i = 0; i < table.size(); i += 13) test::fail(table, i);
  }
};

TEST_SUITE("metrics") {
  TEST_CASE("the streamed threshold is the smallest that a plain loop finds") {
    const Awkward awkward;
    for (const Comparison comparison : {Comparison::cosine, Comparison::euclidean}) {
      for (const double fmr : {0.2, 1e-2, 1e-3}) {
        const Threshold threshold =
            make_threshold(from_data(fmr), card_of(comparison), awkward.data, awkward.table);
        REQUIRE(threshold.available);
        const auto holds = [&](double value, int half) {
          const auto scores = brute_force(awkward.data, awkward.table, comparison, threshold, half);
          CHECK(share_accepted(scores, value) <= fmr);
          const double below = std::nextafter(value, -std::numeric_limits<double>::infinity());
          CHECK(share_accepted(scores, below) > fmr);
          return static_cast<std::int64_t>(scores.size());
        };
        holds(threshold.pooled, -1);
        const auto second = holds(threshold.of_half[0], 1);  // set by the other half
        const auto first = holds(threshold.of_half[1], 0);
        CHECK(threshold.non_mated == std::min(first, second));
        CHECK(threshold.false_accept_budget ==
              doctest::Approx(fmr * static_cast<double>(threshold.non_mated)));
      }
    }
  }

  TEST_CASE("streamed matches and counts equal plain loops, also for equal vectors") {
    Awkward awkward;
    for (Eigen::Index i = 0; i < 400; ++i) awkward.table.vectors.row(i) = awkward.table.vectors.row(1);
    for (std::size_t i = 0; i < 400; i += 13) test::fail(awkward.table, i);
    std::vector<std::uint32_t> samples(900);
    for (std::uint32_t i = 0; i < 900; ++i) samples[i] = i;
    for (const Comparison comparison : {Comparison::cosine, Comparison::euclidean}) {
      const PairSide side = pair_side(comparison, awkward.data, awkward.table, samples);
      const CrossComparisons comparisons(comparison, awkward.data, side, side);
      const auto scores = brute_force(awkward.data, awkward.table, comparison, {}, -1);
      CHECK(comparisons.count() == std::ssize(scores));
      // The score of equal vectors is a threshold that single precision cannot decide.
      const double of_equals = similarity(comparison, awkward.table.vectors.row(1).data(),
                                          awkward.table.vectors.row(2).data(), 16);
      const double next = std::nextafter(of_equals, 10);
      const double middle = comparison == Comparison::cosine ? 0.3 : -4.7;
      for (const double threshold : {middle, of_equals, next}) {
        std::int64_t matches = 0;
        comparisons.matches(threshold, [&](const Hit&) { ++matches; });
        const auto expected = std::count_if(scores.begin(), scores.end(),
                                            [&](double score) { return score >= threshold; });
        CHECK(matches == expected);
      }
    }
  }

  TEST_CASE("weighted counts are closed forms of plain sums") {
    const Awkward awkward;
    EmbeddingTable perturbed = awkward.table;
    for (std::size_t i = 0; i < perturbed.size(); i += 5) test::fail(perturbed, i);
    std::vector<std::uint32_t> samples(900);
    for (std::uint32_t i = 0; i < 900; ++i) samples[i] = i;
    const PairSide references = pair_side(Comparison::cosine, awkward.data, awkward.table, samples);
    const PairSide probes = pair_side(Comparison::cosine, awkward.data, perturbed, samples);
    const CrossComparisons comparisons(Comparison::cosine, awkward.data, references, probes);
    std::vector<float> weight(awkward.data.subject_count);
    for (std::size_t u = 0; u < weight.size(); ++u) weight[u] = static_cast<float>(u * 31 % 4);
    double weighted = 0;
    std::int64_t count = 0;
    for (const std::uint32_t i : references.sample)
      for (const std::uint32_t j : probes.sample) {
        const int a = awkward.data.subject[i];
        const int b = awkward.data.subject[j];
        if (a == b || awkward.data.session[i] == awkward.data.session[j]) continue;
        ++count;
        weighted += weight[a] * weight[b];
      }
    CHECK(comparisons.count() == count);
    CHECK(comparisons.weighted_count(weight) == weighted);
  }

  TEST_CASE("thresholds and matches do not depend on the number of threads") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(1100, 1)));
    const EmbeddingTable table = random_table(1100, 24, 3);
    const auto threshold = [&] { return make_threshold(from_data(1e-2), card_of(), data, table); };
    const Threshold many = threshold();
    const tbb::global_control one_thread(tbb::global_control::max_allowed_parallelism, 1);
    const Threshold one = threshold();
    CHECK(many.of_half == one.of_half);
    CHECK(many.pooled == one.pooled);
  }

  TEST_CASE("halves are disjoint, of equal size, and the same for every model") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(101, 2)));
    const Threshold a = make_threshold(from_data(1e-2), card_of(), data, random_table(202, 8, 1));
    const Threshold b = make_threshold(from_data(0.1), card_of(), data, random_table(202, 4, 2));
    CHECK(a.half == b.half);
    const auto ones = std::count(a.half.begin(), a.half.end(), 1);
    CHECK((ones == 50 || ones == 51));
  }

  TEST_CASE("two subjects of different halves are not judged, nor unknown ones") {
    Threshold threshold;
    CHECK_FALSE(threshold.judging(0, 0).has_value());
    threshold.available = true;
    threshold.target_fmr = 1e-2;
    threshold.half = {0, 1, 1};
    threshold.of_half = {0.3, 0.4};
    CHECK(threshold.judging(0, 0) == 0.3);
    CHECK(threshold.judging(1, 2) == 0.4);
    CHECK_FALSE(threshold.judging(0, 1).has_value());
    CHECK_FALSE(threshold.judging(-1, 1).has_value());
  }

  TEST_CASE("a budget below 1 is refused with the smallest FMR that the data supports") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(40, 1)));
    const EmbeddingTable table = random_table(40, 8, 5);
    const Threshold refused = make_threshold(from_data(1e-3), card_of(), data, table);
    CHECK_FALSE(refused.available);
    CHECK(refused.non_mated == 190);  // 20 * 19 / 2
    CHECK(refused.false_accept_budget == doctest::Approx(0.19));
    CHECK(refused.reason ==
          "no threshold at FMR 0.001: 190 clean non-mated comparisons in the smaller half give a "
          "false-accept budget of 0.19, below 1; the smallest FMR that this data supports is 0.0053");
    CHECK(make_threshold(from_data(0.0053), card_of(), data, table).available);
  }

  TEST_CASE("a budget below 30 is labelled") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(200, 1)));
    const EmbeddingTable table = random_table(200, 8, 5);
    const auto note = [&](double fmr) {
      return make_threshold(from_data(fmr), card_of(), data, table).note;
    };
    CHECK(note(6e-3).find("below 30") != std::string::npos);  // 4,950 comparisons: 29.7
    CHECK(note(7e-3).find("below 30") == std::string::npos);
  }

  TEST_CASE("data without a comparison has no threshold and says why") {
    for (const auto& subjects : {std::vector<std::string>{},
                                 {"ada"},
                                 {"ada", "ada", "ada"},
                                 {"", "", ""},
                                 {"ada", "bo"},
                                 {"ada", "bo", "cy", "dan"}}) {
      const auto table = random_table(static_cast<int>(subjects.size()), 4, 1);
      const Threshold threshold =
          make_threshold(from_data(1e-2), card_of(), data_of(samples_of(subjects)), table);
      CHECK_FALSE(threshold.available);
      CHECK_FALSE(threshold.reason.empty());
    }
  }

  TEST_CASE("a card's or another run's threshold judges everything, or its absence is named") {
    const EvaluationData data = data_of(samples_of({"ada", "bo"}));
    const EmbeddingTable table = random_table(2, 4, 1);
    const Threshold card =
        make_threshold(test::from_card(), card_of(Comparison::cosine, 0.36), data, table);
    CHECK(card.available);
    CHECK(card.pooled == 0.36);
    CHECK(card.judging(0, 1) == 0.36);
    CHECK(card.judging(-1, 1) == 0.36);
    CHECK(std::isnan(card.target_fmr));
    CHECK(make_threshold(test::from_card(), card_of(), data, table).reason ==
          "the card of 'planted' gives no threshold");

    ThresholdRule rule;
    rule.from = ThresholdRule::From::run;
    rule.run_file = "run.json";
    CHECK(make_threshold(rule, card_of(), data, table).reason ==
          "'run.json' holds no threshold of model 'planted'");
    rule.run_value = 0.2;
    CHECK(make_threshold(rule, card_of(), data, table).note == "threshold 0.2 from the run 'run.json'");
  }

  TEST_CASE("a model that gives every face one vector still ends, with nothing accepted") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(600, 1)));
    EmbeddingTable table = random_table(600, 8, 2);
    for (Eigen::Index i = 1; i < 600; ++i) table.vectors.row(i) = table.vectors.row(0);
    const Threshold threshold = make_threshold(from_data(1e-2), card_of(), data, table);
    REQUIRE(threshold.available);
    const auto scores = brute_force(data, table, Comparison::cosine, threshold, -1);
    CHECK(share_accepted(scores, threshold.pooled) == 0);
  }
}

}  // namespace
}  // namespace robench
