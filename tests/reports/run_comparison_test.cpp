// SPDX-License-Identifier: Apache-2.0
// What compare shows where nobody is named: what can be compared as tables, the rest with its reason.
#include "reports/run_comparison.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace robench {
namespace {

/// 40 faces of nobody known under two conditions; every drift is `degrees`, a little more for each face.
ModelOutcomes model_of_unnamed_faces(const std::string& name, float degrees, double distance) {
  ModelOutcomes model;
  model.model = name;
  model.identity = {{"weights_sha256", name}, {"card_sha256", name}, {"comparison", "cosine"}};
  model.threshold.reason = "no threshold from the data";
  model.scale = {distance, 190, false};
  for (const char* label : {"clean", "gamma@3", "gamma@5"}) {
    ConditionOutcomes condition;
    condition.stage = "crop";
    condition.label = condition.perturbation = label;
    condition.family = "lighting";
    condition.clean = std::string(label) == "clean";
    for (int face = 0; face < 40; ++face)
      condition.drift_deg.push_back(condition.clean ? 0 : degrees + 0.1F * static_cast<float>(face));
    condition.status.assign(40, Status::ok);
    condition.status[3] = Status::no_face;
    model.conditions.push_back(condition);
  }
  return model;
}

RunOutcomes run_of_unnamed_faces() {
  RunOutcomes run;
  run.setting["seed"] = "1";
  for (int face = 0; face < 40; ++face) {
    run.samples.push_back(std::to_string(face));
    run.unit.push_back(face);
    run.half.push_back(-1);
  }
  run.units = 40;
  run.models = {model_of_unnamed_faces("narrow", 10, 0.1), model_of_unnamed_faces("wide", 20, 0.9)};
  return run;
}

RunComparison compared(std::size_t b) {
  const RunOutcomes run = run_of_unnamed_faces();
  RunComparison comparison = compare_runs(run, run, {{0, b}}, default_margins());
  comparison.run_a = comparison.run_b = "run";
  comparison.units = {"face", "faces"};
  return comparison;
}

int times_in(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_SUITE("reports") {
  TEST_CASE("compare without names: drift and acquisition as tables, why no error rates once") {
    const RunComparison comparison = compared(1);
    for (const std::string& text : {comparison_text(comparison), comparison_markdown(comparison)}) {
      INFO(text);
      // Of the angles the wide model moves more; of its own distances it moves less.
      CHECK(times_in(text, "2 better") == 2);  // of the pair, and of the measure
      CHECK(times_in(text, "no threshold from the data") == 1);
      CHECK(times_in(text, "folders:DIR") == 1);
      CHECK(times_in(text, "3 identical (2.50 %)") == 1);
      CHECK(times_in(text, "person") == 0);
      CHECK(times_in(text, "people") == 0);
    }
    CHECK(times_in(comparison_markdown(comparison), "| `crop gamma@5` |") == 1);
    CHECK(times_in(comparison_text(comparison), "0.1 over 190 pairs of faces") == 1);
    // Every row, also those that people are not shown, in the files for programs.
    CHECK(times_in(comparison_csv(comparison), ",no value,") == 4 * 3 + 2);
    const auto json = nlohmann::json::parse(comparisons_json({comparison}));
    CHECK(json["comparisons"][0]["units"] == "faces");
    CHECK(json["comparisons"][0]["pairs"][0]["rows"].size() == 3 * 5 + 2 * 2);
  }

  TEST_CASE("compare of a model with itself speaks of degrees, and of drift once") {
    const std::string text = comparison_text(compared(0));
    INFO(text);
    CHECK(times_in(text, "drift_angle_deg [deg], margin 1.00 deg: 2 identical") == 1);
    CHECK(times_in(text, "drift_relative") == 0);
  }
}

}  // namespace robench
