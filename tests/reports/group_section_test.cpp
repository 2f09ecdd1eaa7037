// SPDX-License-Identifier: Apache-2.0
#include "reports/group_section.h"

#include <doctest/doctest.h>

#include "reports/figure.h"
#include "tests/reports/example_run.h"

namespace robench {
namespace {

Measure rate(const std::string& name, double value) {
  return {name, value, "share", 400, Interval{value / 2, value * 2}, Better::lower, ""};
}

RunRecord run_with_groups() {
  RunRecord run;
  run.models = {"a"};
  CellRecord clean;
  clean.model = "a";
  clean.stage = "crop";
  clean.perturbation = clean.label = "identity";
  clean.repetition = "all";
  clean.measures = {rate("fnmr:gender=female", 0.02),
                    rate("fnmr:gender=male", 0.01),
                    rate("fmr:gender=female", 0.016),
                    rate("fmr:gender=male", 0.015),
                    rate("fmr:gender=female/male", 0.001),
                    {"fdr:gender", 0.987, "1", 2, std::nullopt, Better::higher, ""},
                    {"fdr_permuted:gender", 0.995, "1", 999, Interval{0.98, 1.0}, Better::none, ""}};
  CellRecord dark = clean;
  dark.perturbation = "low_light";
  dark.label = "low_light@5";
  dark.severity = 5;
  dark.measures[0] = refused("fnmr:gender=female", "share", Better::lower, "too few");
  dark.measures.push_back({"gap_verdict:gender=female-male", 0, "1", 400, std::nullopt, Better::none,
                           "cannot tell: the gap against the clean condition"});
  run.cells = {clean, dark};
  return run;
}

TEST_SUITE("reports") {
  TEST_CASE("report.md: rates by group, the index beside permuted labels, the verdict in words") {
    const std::string text = group_section(run_with_groups());
    CHECK(text.find("### crop stage, a, by gender") != std::string::npos);
    CHECK(text.find("gender=female<br>FNMR, % [95 % CI]") != std::string::npos);
    CHECK(text.find("female/male") == std::string::npos);
    CHECK(text.find("2.00 [1.00, 4.00]") != std::string::npos);
    CHECK(text.find("0.987 (0.995)") != std::string::npos);
    const auto dark = text.substr(text.find("`low_light@5`"));
    CHECK(dark.find("n/a") != std::string::npos);
    CHECK(dark.find("cannot tell") != std::string::npos);
    CHECK(text.find("cannot tell: the gap") == std::string::npos);
  }

  TEST_CASE("figures: a group without any value is a remark, not an empty entry of the legend") {
    RunRecord run = run_with_groups();
    for (CellRecord& cell : run.cells)
      cell.measures[0] = refused("fnmr:gender=female", "share", Better::lower, "3 subjects");
    run.cells.back().family = "lighting";
    const std::vector<Figure> figures = group_figures(run);
    REQUIRE(figures.size() == 2);
    CHECK(legend_of(figures[0]).size() == 1);
    CHECK(figures[0].caption.ends_with(" No value for gender=female: 3 subjects."));
    CHECK(legend_of(figures[1]).size() == 2);
    CHECK(figures[1].caption.find("No value") == std::string::npos);
  }

  TEST_CASE("report.md: no groups, no section") { CHECK(group_section(tests::example_run()).empty()); }
}

}  // namespace
}  // namespace robench
