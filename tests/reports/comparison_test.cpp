// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison.h"

#include <doctest/doctest.h>

#include "tests/reports/example_run.h"

namespace robench {
namespace {

std::vector<std::string> labels(const StageComparison& stage) {
  std::vector<std::string> result;
  for (const ComparisonRow& row : stage.rows) result.push_back(row.family + ": " + row.label);
  return result;
}

TEST_SUITE("reports") {
  TEST_CASE("comparison: clean first, families together, severity 0 not repeated") {
    RunRecord run = tests::example_run();
    // A lighting condition behind the other families still stands with its family.
    CellRecord late = tests::cell_of(run, "dlib_resnet", "crop", "gamma@5");
    late.label = "gamma@4";
    run.cells.push_back(late);
    const ModelComparison comparison = compare_models(run);
    REQUIRE(comparison.stages.size() == 2);
    CHECK(comparison.non_match == "fnmr");
    CHECK(labels(comparison.stages[0]) ==
          std::vector<std::string>{"clean: clean", "lighting: gamma@1", "lighting: gamma@3",
                                   "lighting: gamma@5", "lighting: side_light@5 direction=left",
                                   "lighting: side_light@5 direction=right", "lighting: gamma@4",
                                   "blur: motion_blur length=0.2", "noise: sensor_noise@2",
                                   "chain: gamma@3+motion_blur@2"});
    CHECK(comparison.stages[0].rows[4].detail == "@5 left");
    CHECK(comparison.stages[0].rows[7].detail == "length=0.2");
    CHECK(comparison.stages[0].rows[6].entries[1].drift == nullptr);  // faceplugin was not judged
  }

  TEST_CASE("comparison: repetitions are pooled") {
    RunRecord run = tests::example_run();
    const ModelComparison comparison = compare_models(run);
    CHECK(comparison.stages[0].rows[7].label == "sensor_noise@2");
    CHECK(comparison.stages[0].rows[7].entries[0].drift->n == 2 * 2958);
  }

  TEST_CASE("comparison: least and most within a family and model") {
    const RunRecord run = tests::example_run();
    const auto rows = compare_models(run).stages[0].rows;
    CHECK(rows[0].entries[0].rank == Rank::between);  // clean takes no part
    CHECK(rows[1].entries[0].rank == Rank::least);
    CHECK(rows[5].entries[1].rank == Rank::most);
    CHECK(rows[6].entries[0].rank == Rank::between);  // alone in its family
    CHECK(rows[8].entries[0].rank == Rank::between);
  }

  TEST_CASE("comparison: which rate") {
    CHECK(compare_models(tests::example_run_without_pairs()).non_match == "self_non_match_rate");
    RunRecord run = tests::example_run();
    for (CellRecord& cell : run.cells) cell.measures.resize(2);  // drift only
    CHECK(compare_models(run).non_match.empty());
    CHECK(compare_models(RunRecord{}).stages.empty());
  }
}

}  // namespace
}  // namespace robench
