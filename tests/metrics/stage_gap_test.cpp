// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::check_honest;
using test::data_of;
using test::find;
using test::from_card;
using test::repeated_subjects;
using test::samples_of;

std::vector<Measure> evaluate_gap(const EvaluationData& data, const EmbeddingTable& clean,
                                  const EmbeddingTable& capture, const EmbeddingTable* crop,
                                  Stage stage = Stage::capture) {
  const ModelCard card = test::card_of();
  const Threshold threshold = make_threshold(from_card(), card, data, clean);
  const auto prepared = find_metric("stage_gap")->prepare({card, data, clean, threshold});
  Condition condition;
  condition.stage = stage;
  Cell cell{condition, {&capture}};
  if (crop) cell.in_crop_stage = {crop};
  return prepared->evaluate(cell);
}

double drift_deg(double angle) { return 1 - std::cos(angle * std::numbers::pi / 180); }

TEST_SUITE("metrics") {
  TEST_CASE(
      "stage_gap: over the same faces, and hard faces that are lost do not flatter the capture stage") {
    // Easy faces turn by 10 degrees at given landmarks and by 20 when found again; a hard one, by 90, is
    // lost.
    const int faces = 20;
    const EvaluationData data = data_of(samples_of(repeated_subjects(faces, 1)));
    std::vector<double> crop_angles(faces, 10);
    crop_angles[3] = 90;
    const auto clean = test::table_of_angles(std::vector<double>(faces, 0));
    const auto crop = test::table_of_angles(crop_angles);
    auto capture = test::table_of_angles(std::vector<double>(faces, 20));
    test::fail(capture, 3);
    const auto measures = evaluate_gap(data, clean, capture, &crop);
    check_honest(measures);
    const Measure* gap = find(measures, "stage_gap_drift_cosine");
    CHECK(gap->value == doctest::Approx(drift_deg(20) - drift_deg(10)).epsilon(1e-5));
    CHECK(gap->n == faces - 1);
    CHECK(gap->ci95.has_value());
    CHECK(gap->note.find("1 were not") != std::string::npos);
    CHECK(find(measures, "drift_cosine:found_again")->value ==
          doctest::Approx(drift_deg(10)).epsilon(1e-5));
  }

  TEST_CASE(
      "stage_gap: refused in the crop stage, without a crop stage, and where nothing is found again") {
    const EvaluationData data = data_of(samples_of({"ada"}));
    const auto clean = test::table_of_angles({0});
    auto lost = clean;
    test::fail(lost, 0);
    for (const auto& measures :
         {evaluate_gap(data, clean, clean, &clean, Stage::crop),
          evaluate_gap(data, clean, clean, nullptr), evaluate_gap(data, clean, lost, &clean)}) {
      check_honest(measures);
      for (const Measure& measure : measures) CHECK(std::isnan(measure.value));
    }
  }
}

}  // namespace
}  // namespace robench
