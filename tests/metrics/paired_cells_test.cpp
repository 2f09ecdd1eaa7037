// SPDX-License-Identifier: Apache-2.0
#include "metrics/paired_cells.h"

#include <cmath>
#include <numbers>

#include "metrics/condition_errors.h"
#include "metrics/paired_verdicts.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

/// 40 people with two faces each and a mated trial each; a non-mated trial to the next person.
RunOutcomes planted_run() {
  RunOutcomes run;
  for (std::uint32_t person = 0; person < 40; ++person) {
    for (int k = 0; k < 2; ++k) {
      run.samples.push_back(std::to_string(2 * person + k));
      run.unit.push_back(static_cast<int>(person));
      run.half.push_back(static_cast<int>(person % 2));
    }
    run.trials.push_back({2 * person, 2 * person + 1, true, -1});
    run.trials.push_back({2 * person, (2 * person + 4) % 80, false, -1});
  }
  run.units = 40;
  ModelOutcomes model;
  model.model = "m";
  model.identity["comparison"] = "cosine";
  model.threshold = {true, "", {0.4, 0.6}, 0.5};
  model.scale = {0.5, 40, true};
  ConditionOutcomes condition;
  condition.stage = "crop";
  condition.label = condition.perturbation = "gamma@3";
  condition.family = "lighting";
  for (int person = 0; person < 40; ++person) {
    condition.scores.push_back(person < 4 ? 0.5F : 0.9F);  // 0.5: refused in half 1, accepted in half 0
    condition.scores.push_back(person == 0 ? 0.7F : 0.1F);
  }
  condition.drift_deg.assign(80, 10);
  condition.status.assign(80, Status::ok);
  model.conditions.push_back(condition);
  run.models.push_back(model);
  return run;
}

const PairedCell& cell_of(const std::vector<PairedCell>& cells, const std::string& measure) {
  for (const PairedCell& cell : cells)
    if (cell.measure == measure) return cell;
  FAIL("no cell " << measure);
  return cells.front();
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("paired cells by hand: halves, drop-in, failures") {
    const RunOutcomes run = planted_run();
    ModelOutcomes other = run.models[0];
    other.threshold.of_half = {0.95, 0.95};   // refuses everyone at its own
    other.conditions[0].scores[0] = 0.3F;     // person 0: lost
    other.conditions[0].scores[2 * 5] = NAN;  // person 5: not acquired
    other.conditions[0].status[10] = Status::no_face;
    const auto cells = paired_cells(run, run.models[0], other);
    const PairedCell& own = cell_of(cells, "fnmr");
    CHECK(own.values.size() == 39);
    CHECK(own.a == doctest::Approx(2.0 / 39));  // persons 1 and 3
    CHECK(own.b == doctest::Approx(1.0));
    const PairedCell& drop_in = cell_of(cells, "fnmr_drop_in");
    CHECK(drop_in.b == doctest::Approx(3.0 / 39));
    const UnitDifferences differences = unit_differences(drop_in, run.units);
    CHECK(differences.units == 39);
    CHECK(differences.of_unit[0] == 1);
    CHECK(differences.mean() == doctest::Approx(1.0 / 39));
    CHECK_FALSE(differences.credited_twice);
    // Person p and p + 2: the same half; credited to both.
    const PairedCell& fmr = cell_of(cells, "fmr_drop_in");
    CHECK(fmr.values.size() == 40);
    CHECK(fmr.a == doctest::Approx(1.0 / 40));
    CHECK(unit_differences(fmr, run.units).credited_twice);
    CHECK(cell_of(cells, "not_acquired_rate").b == doctest::Approx(1.0 / 80));
    CHECK(cell_of(cells, "drift_angle_deg").identical);
    CHECK_FALSE(drop_in.identical);
  }

  TEST_CASE("drift: degrees within a model, between two the share of each one's own distances") {
    const RunOutcomes run = planted_run();
    ModelOutcomes other = run.models[0];
    other.identity["weights_sha256"] = "others";
    other.scale.distance = 0.25;
    other.conditions[0].drift_deg.assign(80, 20);
    const auto cells = paired_cells(run, run.models[0], other);
    const PairedCell& angle = cell_of(cells, "drift_angle_deg");
    CHECK(angle.values.empty());
    CHECK(angle.missing.find("not on one scale; drift_relative is") != std::string::npos);
    const PairedCell& relative = cell_of(cells, "drift_relative");
    CHECK(relative.unit == "share");
    CHECK(relative.values.size() == 80);
    const double radian = std::numbers::pi / 180;
    CHECK(relative.a == doctest::Approx((1 - std::cos(10 * radian)) / 0.5));
    CHECK(relative.b == doctest::Approx((1 - std::cos(20 * radian)) / 0.25));
    CHECK_FALSE(unit_differences(relative, run.units).is_share);  // no decisions to be counted

    other.identity = run.models[0].identity;
    const auto of_one_model = paired_cells(run, run.models[0], other);
    CHECK(cell_of(of_one_model, "drift_angle_deg").b == doctest::Approx(20));
    other.scale = {};
    CHECK(cell_of(paired_cells(run, run.models[0], other), "drift_relative")
              .missing.find("older robench") != std::string::npos);
  }

  TEST_CASE("the scale of drift: non-mated trials, as drift_relative; else any two samples") {
    EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(2, 2)));
    const EmbeddingTable clean = test::table_of_angles({0, 10, 60, 90});  // 0 and 10 are one person
    const DriftScale named = drift_scale(data, clean);
    CHECK(named.of_non_mated);
    CHECK(named.pairs == 4);  // 60, 90, 50 and 80 degrees apart
    const auto distance = [](double degrees) { return 1 - std::cos(degrees * std::numbers::pi / 180); };
    CHECK(named.distance == doctest::Approx((distance(60) + distance(80)) / 2));
    data.trials.clear();
    const DriftScale unnamed = drift_scale(data, clean);
    CHECK_FALSE(unnamed.of_non_mated);
    CHECK(unnamed.pairs == 6);
    CHECK(unnamed.distance == doctest::Approx((distance(50) + distance(60)) / 2));
    CHECK(std::isnan(drift_scale(data, test::table_of_angles({5})).distance));
    CHECK(drift_scale(data, test::table_of_angles(std::vector<double>(600, 5))).pairs ==
          kMostScalePairs);
  }

  TEST_CASE("a model beside itself is identical everywhere; another scale has no drop-in") {
    const RunOutcomes run = planted_run();
    for (const PairedCell& cell : paired_cells(run, run.models[0], run.models[0])) CHECK(cell.identical);
    ModelOutcomes other = run.models[0];
    other.identity["comparison"] = "euclidean";
    const auto cells = paired_cells(run, run.models[0], other);
    CHECK(cell_of(cells, "fnmr_drop_in").values.empty());
    CHECK(cell_of(cells, "fnmr_drop_in").missing.find("different scales") != std::string::npos);
    CHECK(cell_of(cells, "fnmr").identical);
    other.conditions.clear();
    CHECK(missing_conditions(run.models[0], other) == std::vector<std::string>{"crop gamma@3"});
  }

  TEST_CASE("verdicts: worse where all lose, equivalent within a wide margin, else cannot tell") {
    const RunOutcomes run = planted_run();
    ModelOutcomes other = run.models[0];
    for (int person = 4; person < 24; ++person) other.conditions[0].scores[2 * person] = 0.2F;
    const auto cells = paired_cells(run, run.models[0], other);
    Margins margins = default_margins();
    margins["fmr"] = 0.5;
    const auto judged = paired_verdicts(cells, run.units, 3, margins);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].measure == "fnmr") {
        CHECK(judged[i].verdict == PairedVerdict::worse);
        CHECK(judged[i].limit.difference == doctest::Approx(0.5));
        CHECK(judged[i].alone.ci95->low > 0.3);
      }
      if (cells[i].measure == "fmr") CHECK(judged[i].verdict == PairedVerdict::equivalent);
      if (cells[i].measure == "fmr_drop_in") CHECK(judged[i].verdict == PairedVerdict::cannot_tell);
      if (cells[i].measure == "drift_angle_deg") CHECK(judged[i].verdict == PairedVerdict::identical);
    }
  }

  TEST_CASE("what a run keeps gives the FNMR and the drift of its summaries") {
    const EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(30, 3)));
    std::vector<double> angles;
    for (int subject = 0; subject < 30; ++subject)
      for (int k = 0; k < 3; ++k) angles.push_back(11.0 * subject + 3.0 * k);
    const EmbeddingTable clean = test::table_of_angles(angles);
    for (double& angle : angles) angle += 7 + 0.1 * angle;
    const EmbeddingTable moved = test::table_of_angles(angles);
    ModelCard card;
    card.name = "m";
    ThresholdRule rule;
    rule.fmr = 0.05;
    const Threshold threshold = make_threshold(rule, card, data, clean);
    REQUIRE(threshold.available);
    const CleanContext context{card, data, clean, threshold};
    const ConditionErrors errors = condition_errors(context, resampling_units(data), {&moved});

    RunOutcomes run = empty_outcomes(data, true);
    ModelOutcomes model;
    model.threshold = kept_threshold(threshold);
    model.conditions.push_back(condition_outcomes(context, run.trials, {&moved}));
    const auto cells = paired_cells(run, model, model);
    CHECK(cell_of(cells, "fnmr").a == doctest::Approx(errors.fnmr.mean()));
    CHECK(cell_of(cells, "fnmr").values.size() == static_cast<std::size_t>(errors.fnmr.n()));
    CHECK(cell_of(cells, "drift_angle_deg").a == doctest::Approx(errors.drift.mean()));
  }

  TEST_CASE("kept trials: every mated one, others evenly up to the limit") {
    EvaluationData data;
    for (int i = 0; i < 50'000; ++i)
      data.trials.push_back({0, static_cast<std::uint32_t>(i), i % 5 == 0, -1});
    const auto kept = kept_trials(data);
    CHECK(kept.size() == 10'000 + RunOutcomes::kMaxNonMated);
    CHECK(std::is_sorted(kept.begin(), kept.end()));
    data.trials.resize(5);
    CHECK(kept_trials(data).size() == 5);
  }
}

}  // namespace robench
