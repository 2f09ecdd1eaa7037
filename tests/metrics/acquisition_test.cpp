// SPDX-License-Identifier: Apache-2.0
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

TEST_SUITE("metrics") {
  TEST_CASE("failures to acquire by reason") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(20, 1)));
    const auto clean = random_table(20, 4, 1);
    auto perturbed = clean;
    test::fail(perturbed, 0, Status::no_face);
    test::fail(perturbed, 1, Status::no_face);
    test::fail(perturbed, 2, Status::wrong_face);
    const auto measures =
        test::evaluate("acquisition", card_of(), data, clean, {&perturbed}, from_card(), Stage::capture);
    check_honest(measures);
    CHECK(find(measures, "failure_to_acquire_rate")->value == doctest::Approx(0.15));
    CHECK(find(measures, "failure_to_acquire_rate")->n == 20);
    CHECK(find(measures, "failure_to_acquire_rate")->ci95.has_value());
    CHECK(find(measures, "failure_to_acquire_rate:no_face")->value == doctest::Approx(0.1));
    CHECK(find(measures, "failure_to_acquire_rate:wrong_face")->value == doctest::Approx(0.05));
    CHECK(find(measures, "failure_to_acquire_rate:undecodable") == nullptr);
    CHECK(find(measures, "wrong_face_rate")->value == doctest::Approx(0.05));
  }

  TEST_CASE("the crop stage cannot choose a wrong face") {
    const EvaluationData data = data_of(samples_of({"ada"}));
    const auto clean = random_table(1, 4, 1);
    const auto measures = test::evaluate("acquisition", card_of(), data, clean, {&clean}, from_card());
    CHECK(std::isnan(find(measures, "wrong_face_rate")->value));
    CHECK(find(measures, "failure_to_acquire_rate")->value == 0);
  }

  TEST_CASE("fall-back boxes are counted on the clean photographs") {
    EvaluationData data = data_of(samples_of({"ada", "bo", "cy"}));
    data.faces[0].face.fallback_box = true;
    data.faces[1].face.fallback_box = true;
    data.faces[1].status = Status::unusable_landmarks;
    const auto clean = random_table(3, 4, 1);
    const auto measures = test::evaluate("acquisition", card_of(), data, clean, {&clean}, from_card());
    CHECK(find(measures, "fallback_box_count")->value == 1);
    CHECK(find(measures, "fallback_box_count")->n == 3);
  }

  TEST_CASE("tiny and broken data: every metric gives a number or a reason") {
    const std::vector<std::vector<std::string>> cases = {{},
                                                         {"ada"},
                                                         {"ada", "ada"},
                                                         {"ada", "bo"},
                                                         {"", ""},
                                                         repeated_subjects(1, 25),
                                                         repeated_subjects(25, 1)};
    for (const auto& subjects : cases) {
      const EvaluationData data = data_of(samples_of(subjects));
      const int n = static_cast<int>(subjects.size());
      const auto clean = random_table(n, 4, 1);
      EmbeddingTable all_failed = clean;
      for (int i = 0; i < n; ++i) test::fail(all_failed, i);
      for (const EmbeddingTable* base : {&clean, static_cast<const EmbeddingTable*>(&all_failed)})
        for (const EmbeddingTable* table : {&clean, static_cast<const EmbeddingTable*>(&all_failed)})
          for (const ThresholdRule& rule : {from_card(), test::from_data(1e-2)})
            for (const char* metric : {"drift", "verification", "acquisition"}) {
              CAPTURE(metric);
              CAPTURE(n);
              const auto measures =
                  test::evaluate(metric, card_of(Comparison::cosine, 0.4), data, *base, {table}, rule);
              CHECK_FALSE(measures.empty());
              check_honest(measures);
            }
      CHECK(summarise_samples(all_failed, {drift_of_samples(all_failed, clean)}).size() ==
            subjects.size());
    }
  }
}

}  // namespace
}  // namespace robench
