// SPDX-License-Identifier: Apache-2.0
// The two metrics that read the further columns of a table.
#include <cmath>

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

constexpr std::int64_t kNone = EmbeddingTable::kNoIntruder;

TEST_SUITE("metrics") {
  TEST_CASE("intrusion: the share of the way to the intruder, by hand") {
    const EvaluationData data = data_of(samples_of({"ada", "bo", "cy"}));
    const auto clean = table_of({{0, 1}, {4, 1}, {0, 5}});
    auto perturbed = table_of({{1, 1}, {0, 1}, {3, 5}});
    // 0 goes a quarter of the way to 1; 1 all of the way to 0; 2 went across: (3, 0) . (0, -4) = 0.
    perturbed.intruder = {1, 0, 0};
    const auto measures = test::evaluate("intrusion", card_of(Comparison::euclidean), data, clean,
                                         {&perturbed}, from_card());
    check_honest(measures);
    CHECK(find(measures, "moved_toward_intruder")->value == doctest::Approx((0.25 + 1 + 0) / 3));
    CHECK(find(measures, "moved_toward_intruder")->n == 3);
    CHECK(find(measures, "moved_toward_intruder:wrong_face")->note == "no wrong face was chosen");
  }

  TEST_CASE("intrusion: models that compare by cosine are judged by directions") {
    const EvaluationData data = data_of(samples_of({"ada", "bo"}));
    const auto clean = table_of({{2, 0}, {0, 7}});
    auto perturbed = table_of({{0, 0.1F}, {0, 1}});
    perturbed.intruder = {1, kNone};
    const auto measures = test::evaluate("intrusion", card_of(), data, clean, {&perturbed}, from_card());
    CHECK(find(measures, "moved_toward_intruder")->value == doctest::Approx(1));
    CHECK(find(measures, "moved_toward_intruder")->n == 1);
  }

  TEST_CASE("intrusion: wrong faces are counted apart, failures not at all") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(4, 1)));
    auto clean = table_of({{0, 9}, {1, 9}, {0, 8}, {1, 8}});
    clean.status[3] = Status::no_face;
    auto perturbed = table_of({{0.5F, 9}, {0, 9}, {3, 3}, {0, 0}});
    perturbed.intruder = {1, 0, 3, 0};
    perturbed.status[1] = Status::wrong_face;
    const auto measures = test::evaluate("intrusion", card_of(Comparison::euclidean), data, clean,
                                         {&perturbed}, from_card(), Stage::capture);
    check_honest(measures);
    CHECK(find(measures, "moved_toward_intruder")->value == doctest::Approx(0.5));
    CHECK(find(measures, "moved_toward_intruder")->n == 1);  // 2's intruder has no clean embedding
    CHECK(find(measures, "moved_toward_intruder:wrong_face")->value == doctest::Approx(1));
    CHECK(find(measures, "moved_toward_intruder:wrong_face")->n == 1);
  }

  TEST_CASE("intrusion: an interval over subjects, and a refusal without an intruder") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(20, 2)));
    const auto clean = random_table(40, 8, 1);
    auto perturbed = random_table(40, 8, 2);
    auto measures = test::evaluate("intrusion", card_of(), data, clean, {&perturbed}, from_card());
    CHECK(std::isnan(find(measures, "moved_toward_intruder")->value));
    CHECK(find(measures, "moved_toward_intruder")->note ==
          "the condition puts no other face into the picture");
    for (std::int64_t row = 0; row < 40; ++row) perturbed.intruder.push_back((row + 2) % 40);
    measures = test::evaluate("intrusion", card_of(), data, clean, {&perturbed}, from_card());
    check_honest(measures);
    CHECK(find(measures, "moved_toward_intruder")->ci95.has_value());
  }

  TEST_CASE("coverage: mean, least and most, over the samples that were measured") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(20, 1)));
    const auto clean = random_table(20, 4, 1);
    auto first = clean;
    first.covered_fraction.assign(20, 0.25F);
    first.covered_fraction[3] = EmbeddingTable::kNotMeasured;
    first.covered_fraction[4] = 0.125F;
    auto second = first;
    second.covered_fraction[4] = 0.5F;
    const auto measures =
        test::evaluate("coverage", card_of(), data, clean, {&first, &second}, from_card());
    check_honest(measures);
    CHECK(find(measures, "covered_fraction")->n == 38);
    CHECK(find(measures, "covered_fraction")->value == doctest::Approx((36 * 0.25 + 0.125 + 0.5) / 38));
    CHECK(find(measures, "covered_fraction")->ci95.has_value());
    CHECK(find(measures, "covered_fraction_min")->value == 0.125);
    CHECK(find(measures, "covered_fraction_max")->value == 0.5);
  }

  TEST_CASE("coverage: refused where nothing is covered") {
    const EvaluationData data = data_of(samples_of({"ada"}));
    const auto clean = random_table(1, 4, 1);
    const auto measures = test::evaluate("coverage", card_of(), data, clean, {&clean}, from_card());
    check_honest(measures);
    CHECK(measures.size() == 3);
    for (const Measure& measure : measures) CHECK(std::isnan(measure.value));
  }
}

}  // namespace
}  // namespace robench
