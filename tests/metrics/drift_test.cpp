// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "metrics/scores.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::card_of;
using test::check_honest;
using test::data_of;
using test::find;
using test::from_card;
using test::random_table;
using test::repeated_subjects;
using test::samples_of;
using test::table_of;
using test::table_of_angles;

double value(const std::vector<Measure>& measures, const std::string& name) {
  const Measure* measure = find(measures, name);
  REQUIRE_MESSAGE(measure != nullptr, name);
  return measure->value;
}

std::vector<SampleSummary> summary_of(const EmbeddingTable& clean,
                                      const std::vector<const EmbeddingTable*>& conditions) {
  std::vector<std::vector<float>> drift;
  for (const EmbeddingTable* table : conditions) drift.push_back(drift_of_samples(clean, *table));
  return summarise_samples(clean, drift);
}

TEST_SUITE("metrics") {
  TEST_CASE("separation of simple vectors") {
    const float x[] = {2, 0};
    const float y[] = {0, 3};
    const Separation right_angle = separation(x, y, 2);
    CHECK(right_angle.cosine_distance == doctest::Approx(1));
    CHECK(right_angle.angle_deg == doctest::Approx(90));
    CHECK(right_angle.l2 == doctest::Approx(std::sqrt(13)));
    CHECK(right_angle.norm_ratio == 1.5);
    const float minus_x[] = {-1, 0};
    CHECK(separation(x, minus_x, 2).angle_deg == doctest::Approx(180));
    CHECK(separation(x, minus_x, 2).cosine_distance == doctest::Approx(2));
  }

  TEST_CASE("small angles keep their digits") {
    const float a[] = {1, 0};
    const float b[] = {1, 1e-6F};
    // acos(cos) of 1e-6 rad returns 0 in single and 1.0e-6 +- 1 % in double precision.
    CHECK(separation(a, b, 2).angle_deg == doctest::Approx(1e-6 * 180 / 3.14159265358979).epsilon(1e-6));
    CHECK(separation(a, b, 2).cosine_distance == doctest::Approx(5e-13).epsilon(1e-6));
  }

  TEST_CASE("an unchanged table has exactly zero drift") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(30, 2)));
    const auto clean = random_table(60, 128, 1);
    const EmbeddingTable copy = clean;
    for (const Comparison comparison : {Comparison::cosine, Comparison::euclidean}) {
      const auto measures =
          test::evaluate("drift", card_of(comparison, -0.5), data, clean, {&copy}, from_card());
      check_honest(measures);
      for (const char* name : {"drift_cosine", "drift_angle_deg", "drift_l2", "drift_relative:mated",
                               "drift_relative:non_mated", "decision_flip_rate"})
        CHECK(value(measures, name) == 0);
      CHECK(value(measures, "norm_ratio") == 1);
      CHECK(*find(measures, "drift_angle_deg")->ci95 == Interval{0, 0});
    }
  }

  TEST_CASE("drift by hand") {
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo"}));
    const auto clean = table_of({{1, 0}, {0, 2}, {1, 1}});
    const auto perturbed = table_of({{0, 1}, {0, 6}, {-1, -1}});
    const auto measures = test::evaluate("drift", card_of(Comparison::cosine, 0.5), data, clean,
                                         {&perturbed}, from_card());
    check_honest(measures);
    CHECK(value(measures, "drift_angle_deg") == doctest::Approx((90 + 0 + 180) / 3.0));
    CHECK(value(measures, "drift_cosine") == doctest::Approx((1 + 0 + 2) / 3.0));
    CHECK(value(measures, "drift_l2") == doctest::Approx((std::sqrt(2) + 4 + std::sqrt(8)) / 3));
    CHECK(value(measures, "norm_ratio") == doctest::Approx((1 + 3 + 1) / 3.0));
    // Mated clean distance 1 (right angle); both non-mated ones 1 - cos 45.
    CHECK(value(measures, "drift_relative:mated") == doctest::Approx(1));
    CHECK(value(measures, "drift_relative:non_mated") == doctest::Approx(1 / (1 - std::sqrt(0.5))));
    // Reference clean, probe perturbed, accept within 60 degrees. 0-1: 90 then 90; 0-2: 45 then 135;
    // 1-2: 45 then 135.
    CHECK(value(measures, "decision_flip_rate") == doctest::Approx(2.0 / 3));
    CHECK(find(measures, "drift_cosine")->n == 3);
    CHECK_FALSE(find(measures, "drift_cosine")->ci95.has_value());
  }

  TEST_CASE("margin to the threshold in standard deviations of the strangers' scores") {
    // Two subjects, clean mated angles 0; non-mated cosines of 0 and 60, 90 degrees vary.
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo", "bo"}));
    const auto clean = table_of_angles({0, 0, 60, 90});
    const auto perturbed = table_of_angles({0, 60, 60, 90});
    const auto measures = test::evaluate("drift", card_of(Comparison::cosine, 0.25), data, clean,
                                         {&perturbed}, from_card());
    // Non-mated clean cosines: .5, 0, .5, 0; SD .25. Mated: ada 1 -> .5, bo cos 30 stays.
    const double bo = std::sqrt(0.75);
    CHECK(value(measures, "mated_margin") == doctest::Approx(((0.5 - 0.25) + (bo - 0.25)) / 2 / 0.25));
    CHECK(value(measures, "mated_margin_change") == doctest::Approx(-0.5 / 2 / 0.25));
    CHECK(find(measures, "mated_margin")->n == 2);
  }

  TEST_CASE("signal to noise in decibels") {
    const EvaluationData data = data_of(samples_of({"ada", "bo"}));
    const auto clean = table_of_angles({0, 90});        // non-mated 1 - cosine 1, variance between 1/2
    const auto perturbed = table_of_angles({60, 150});  // drift 1/2
    CHECK(value(test::evaluate("drift", card_of(), data, clean, {&perturbed}, from_card()),
                "drift_snr_db") == doctest::Approx(0));
    const auto far = table_of_angles({90, 180});  // drift 1: half the signal
    CHECK(value(test::evaluate("drift", card_of(), data, clean, {&far}, from_card()), "drift_snr_db") ==
          doctest::Approx(-10 * std::log10(2)));
    const EmbeddingTable still = clean;
    CHECK(find(test::evaluate("drift", card_of(), data, clean, {&still}, from_card()), "drift_snr_db")
              ->note == "no embedding has moved: no noise");
  }

  TEST_CASE("an even number of distances has the median between the middle two") {
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo", "bo"}));
    const auto clean = table_of_angles({0, 60, 0, 90});  // mated distances 0.5 and 1
    const auto perturbed = table_of_angles({90, 150, 90, 180});
    const auto measures = test::evaluate("drift", card_of(Comparison::cosine, 0.5), data, clean,
                                         {&perturbed}, from_card());
    CHECK(value(measures, "drift_relative:mated") == doctest::Approx(1 / 0.75));
  }

  TEST_CASE("only samples that are ok in both take part; repetitions are pooled") {
    const EvaluationData data = data_of(samples_of({"ada", "bo", "cy"}));
    auto clean = table_of_angles({0, 0, 0});
    auto first = table_of_angles({10, 20, 30});
    auto second = table_of_angles({30, 40, 50});
    test::fail(clean, 2);
    test::fail(second, 1);
    const auto measures =
        test::evaluate("drift", card_of(), data, clean, {&first, &second}, from_card());
    CHECK(find(measures, "drift_angle_deg")->n == 3);
    CHECK(value(measures, "drift_angle_deg") == doctest::Approx(20));
    CHECK(std::isnan(value(measures, "decision_flip_rate")));
    CHECK(find(measures, "decision_flip_rate")->note == "the card of 'planted' gives no threshold");
    CHECK(find(measures, "drift_relative:mated")->note == "no mated comparison of two acquired samples");
  }

  TEST_CASE("an embedding without direction is left out and said") {
    const EvaluationData data = data_of(samples_of({"ada", "bo"}));
    const auto clean = table_of({{1, 0}, {0, 0}});
    const auto perturbed = table_of({{1, 0}, {1, 0}});
    const auto measures = test::evaluate("drift", card_of(), data, clean, {&perturbed}, from_card());
    check_honest(measures);
    CHECK(find(measures, "drift_cosine")->n == 1);
    CHECK(find(measures, "drift_cosine")->note.find("1 embeddings of length 0 left out") !=
          std::string::npos);
  }

  TEST_CASE("drift, median and 95th percentile of each sample, and its worst condition") {
    const auto clean = table_of_angles({0, 0, 0});
    auto mild = table_of_angles({60, 60, 0});
    const auto strong = table_of_angles({90, 90, 0});
    test::fail(mild, 1);
    EmbeddingTable failing = clean;
    test::fail(failing, 2);
    const auto summaries = summary_of(clean, {&mild, &strong});
    CHECK(summaries[0].drift_median == doctest::Approx(0.75));
    CHECK(summaries[0].drift_p95 == doctest::Approx(0.5 + 0.95 * 0.5));
    CHECK(summaries[0].worst_condition == 1);
    CHECK(summaries[1].drift_median == doctest::Approx(1));
    CHECK(summaries[2].drift_median == 0);
    CHECK(std::isnan(summaries[0].typicality_p));  // three faces say nothing of what is typical
    const auto failed = summary_of(failing, {&mild, &strong});
    CHECK(std::isnan(failed[2].drift_median));
    CHECK(failed[2].worst_condition == -1);
    CHECK(summarise_samples(clean, {})[0].worst_condition == -1);
  }

  TEST_CASE("typicality is the conformal p of the distance to the fifth neighbour") {
    // 24 faces within a few degrees of each other and one opposite.
    std::vector<double> angles;
    for (int i = 0; i < 24; ++i) angles.push_back(i * 0.2);
    angles.push_back(180);
    auto clean = table_of_angles(angles);
    auto summaries = summarise_samples(clean, {});
    CHECK(summaries[24].typicality_p == doctest::Approx(1.0 / 25));
    CHECK(summaries[12].typicality_p > 0.3);
    for (int i = 0; i < 24; ++i) CHECK(summaries[i].typicality_p > summaries[24].typicality_p);
    test::fail(clean, 3);
    summaries = summarise_samples(clean, {});
    CHECK(std::isnan(summaries[3].typicality_p));
    CHECK(summaries[24].typicality_p == doctest::Approx(1.0 / 24));
  }

  TEST_CASE("conformal p values of exchangeable faces are uniform") {
    const auto summaries = summarise_samples(random_table(1000, 8, 61), {});
    int below = 0;
    for (const SampleSummary& summary : summaries) below += summary.typicality_p <= 0.1;
    CHECK(below == 100);  // ranks without ties: exactly a tenth
  }
}

}  // namespace
}  // namespace robench
