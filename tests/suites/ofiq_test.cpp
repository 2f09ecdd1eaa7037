// SPDX-License-Identifier: Apache-2.0
// OFIQ's tables: read as OFIQ writes them, refused with a place where they are broken.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "perturb/error.h"
#include "suites/ofiq_table.h"
#include "suites/trust/ofiq_columns.h"
#include "tests/suites/program.h"

namespace robench {
namespace {

using robench_test::Workplace;

/// The columns of OFIQ 1.0's own conformance table, cut to three components: raw values first, a
/// separator behind the last name and none behind the last value.
const std::string kHeader =
    "Filename;UnifiedQualityScore;Sharpness;HeadPoseYaw;UnifiedQualityScore.scalar;Sharpness.scalar;"
    "HeadPoseYaw.scalar;\n";

std::string complaint(const Workplace& place, const std::string& text) {
  place.write("ofiq.csv", text);
  try {
    const OfiqTable table(place.path() / "ofiq.csv");
    return "";
  } catch (const ConfigError& error) {
    std::string all;
    for (const Diagnostic& fault : error.diagnostics()) all += to_string(fault) + "\n";
    return all;
  }
}

TriageRow face_of(std::size_t sample, double p_usable, double width) {
  TriageRow row;
  row.sample = sample;
  row.judgement.p_usable = p_usable;
  row.found.box = {0, 0, width, width};
  return row;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("OFIQ: a table is read as it was written, and -1 is a failure to assess") {
    const Workplace place;
    place.write("ofiq.csv", kHeader +
                                "data\\a\\one.png;24.55;44;1.2;65;99;100\r\n"
                                "data/b/one.png;15.5;38;-3;9;-1;98;\n\n"
                                "data/two.png;1;2;3;0;0;0\n");
    const OfiqTable table(place.path() / "ofiq.csv");
    CHECK(table.components() ==
          std::vector<std::string>{"UnifiedQualityScore", "Sharpness", "HeadPoseYaw"});
    CHECK(table.photographs() == 3);
    const auto* a = table.find("a/one.png");
    const auto* b = table.find("somewhere/else/b/one.png");
    REQUIRE(a);
    REQUIRE(b);
    CHECK(a->at(0).raw == 24.55);
    CHECK(a->at(0).score == 65);
    CHECK(b->at(1).score == -1);
    CHECK(std::isnan(b->at(1).raw));
    CHECK(b->at(2).raw == -3);
    CHECK(table.find("two.png"));
    CHECK_FALSE(table.find("one.png"));  // two lines agree equally well
    CHECK_FALSE(table.find("three.png"));
    CHECK_FALSE(table.find("o.png"));
    CHECK_FALSE(table.find(""));
  }

  TEST_CASE("OFIQ: broken tables are refused with their place") {
    const Workplace place;
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "the file is empty"},
        {"Filename,Sharpness\na.png,1\n", "no column 'Filename'"},
        {"Name;Sharpness;Sharpness.scalar;\n", "no column 'Filename'"},
        {"Filename;Sharpness;\na.png;1\n", "no quality component"},
        {kHeader + "a.png;1;2;3;4\n", "ofiq.csv:2:1: error: 5 cells, the header has 7"},
        {kHeader + "a.png;x;2;3;4;5;6\n", "ofiq.csv:2:7: error: 'x' is no number"},
        {kHeader + "a.png;nan;2;3;4;5;6\n", "'nan' is no number"},
        {kHeader + "a.png;1e999;2;3;4;5;6\n", "is no number"},
        {kHeader + "a.png;1;2;3;101;5;6\n", "'101' is no score"},
        {kHeader + "a.png;1;2;3;4.5;5;6\n", "'4.5' is no score"},
        {kHeader + "a.png;1;2;3;;5;6\n", "'' is no score"},
        {std::string("Filename;\0;\n", 12), "NUL byte"},
        {"Filename;A;A;A.scalar;\n", "stands twice"},
        {kHeader + "\"a.png;1;2;3;4;5;6\n", "never closed"},
    };
    for (const auto& [text, message] : cases) {
      const std::string said = complaint(place, text);
      INFO(text << "\n" << said);
      CHECK(said.find(message) != std::string::npos);
    }
    CHECK_THROWS_AS(OfiqTable(place.path()), ConfigError);
    CHECK_THROWS_AS(OfiqTable(place.path() / "none.csv"), ConfigError);
  }

  TEST_CASE("OFIQ: its qualities belong to the largest face of a photograph") {
    const Workplace place;
    place.write("ofiq.csv", kHeader +
                                "in/a.png;20;44;1;60;99;100\nin/b.png;30;40;1;80;50;100\n"
                                "in/c.png;5;40;1;10;50;100\nin/unseen.png;5;40;1;10;50;100\n");
    const OfiqTable table(place.path() / "ofiq.csv");
    DataSet data;
    for (const std::string name : {"a.png", "b.png", "c.png", "d.png"}) {
      Sample sample;
      sample.id = sample.photograph = name;
      data.samples.push_back(sample);
    }
    const std::vector<TriageRow> rows = {face_of(0, 0.5, 30), face_of(0, 0.7, 40), face_of(1, 0.9, 30),
                                         face_of(2, 0.1, 30), face_of(3, 0.2, 30)};
    const OfiqColumns columns(table, rows, data);
    CHECK(columns.header().starts_with(",ofiq.UnifiedQualityScore,ofiq.UnifiedQualityScore.scalar,"));
    CHECK(columns.cells(0) == std::vector<std::string>(6));
    CHECK(columns.cells(1).at(0) == "20");
    CHECK(columns.cells(1).at(1) == "60");
    CHECK(columns.cells(4) == std::vector<std::string>(6));
    CHECK(columns.json(0).is_null());
    CHECK(columns.json(2)["Sharpness"] == nlohmann::ordered_json({40.0, 50}));
    CHECK(columns.summary().find("3 of 4 lines") != std::string::npos);
    CHECK(columns.summary().find("Spearman 1.00, n = 3") != std::string::npos);
  }
}

}  // namespace robench
