// SPDX-License-Identifier: Apache-2.0
#include "reports/fusion_section.h"

#include <doctest/doctest.h>

#include "tests/reports/example_run.h"

namespace robench {
namespace {

Measure share(const std::string& name, double value, const std::string& note = "") {
  return {name, value, "share", 1500, Interval{value - 0.01, value + 0.01}, Better::none, note};
}

CellRecord cell(const std::string& label, const std::string& shapes, double verdict,
                const std::string& said) {
  CellRecord record;
  record.model = "a";
  record.stage = "crop";
  record.perturbation = label == "clean" ? "identity" : label;
  record.label = label;
  record.repetition = "all";
  record.measures = {share("fusion_fnmr:embedding", 0.05),
                     share("fusion_fnmr:geometry", 0.7),
                     share("fusion_fnmr:fused", 0.02),
                     share("fusion_gain", 0.03, shapes),
                     share("fusion_gain:permuted", 0),
                     {"fusion_verdict", verdict, "1", 1500, std::nullopt, Better::none, said}};
  return record;
}

TEST_SUITE("reports") {
  TEST_CASE("report.md: what geometry adds, with the verdict in words and where shapes are from") {
    RunRecord run;
    run.models = {"a"};
    run.cells = {cell("clean", "shapes measured on the clean pictures", 1, "gain (Holm's p 0.002)"),
                 cell("blur", "oracle: shapes of the clean pictures", 0, "no gain shown (p 0.4)")};
    run.cells[1].severity = 5;
    const std::string text = fusion_section(run);
    CHECK(text.find("### crop stage") != std::string::npos);
    CHECK(text.find("3.00 [2.00, 4.00]") != std::string::npos);
    CHECK(text.find("| gain ") != std::string::npos);
    const std::string blur = text.substr(text.find("`blur`"));
    CHECK(blur.find("oracle") != std::string::npos);
    CHECK(blur.find("no gain shown |") != std::string::npos);
  }

  TEST_CASE("report.md: not asked, no section") { CHECK(fusion_section(tests::example_run()).empty()); }
}

}  // namespace
}  // namespace robench
