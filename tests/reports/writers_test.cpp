// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "reports/text.h"
#include "reports/writer.h"
#include "tests/reports/example_run.h"
#include "tests/support/text.h"

namespace robench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// A reader of RFC 4180, written apart from the writer.
Rows parse_csv(const std::string& text) {
  Rows rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.emplace_back(1);
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();  // behind the last line feed
  return rows;
}

std::string written(const std::string& writer, const RunRecord& run) {
  const WriterSpec* spec = find_writer(writer);
  REQUIRE(spec != nullptr);
  return spec->write(run);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The columns of a GitHub table's line; a bar behind a backslash is text.
int table_columns(const std::string& line) {
  int bars = 0;
  for (std::size_t i = 0; i < line.size(); ++i)
    bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
  return bars - 1;
}

/// The line of table.tex that begins with `label`.
std::string latex_row(const std::string& table, const std::string& label) {
  for (const std::string& line : lines_of(table))
    if (line.rfind(label + " &", 0) == 0) return line;
  FAIL("no row " << label);
  return {};
}

/// Every table has as many cells in each line as titles, and its source is aligned.
void check_tables(const std::string& markdown) {
  const auto lines = lines_of(markdown);
  int columns = 0;
  int width = 0;
  for (const std::string& line : lines) {
    const bool in_table = !line.empty() && line[0] == '|';
    if (!in_table) columns = 0;
    if (!in_table) continue;
    if (columns == 0) {
      columns = table_columns(line);
      width = display_width(line);
    }
    CAPTURE(line);
    CHECK(table_columns(line) == columns);
    CHECK(display_width(line) == width);
  }
}

RunRecord with_models(const RunRecord& run, const std::vector<std::string>& models) {
  RunRecord result = run;
  result.models = models;
  result.cells.clear();
  for (const std::string& model : models) {
    for (CellRecord cell : run.cells) {
      if (cell.model != run.models.front()) continue;
      cell.model = model;
      result.cells.push_back(std::move(cell));
    }
  }
  return result;
}

TEST_SUITE("reports") {
  TEST_CASE("writers: the registry and the README say the same") {
    CHECK(writer_names() == std::vector<std::string>{"csv", "html", "json", "junit", "latex", "markdown",
                                                     "samples", "svg"});
    CHECK(find_writer("htm") == nullptr);
    std::ifstream readme(ROBENCH_SOURCE_DIR "/reports/README.md");
    REQUIRE(readme);
    std::string line;
    while (std::getline(readme, line) && line != "| writer | file | what |") continue;
    std::getline(readme, line);  // the rule below the titles
    std::vector<std::string> rows;
    while (std::getline(readme, line) && !line.empty()) rows.push_back(line);
    std::vector<std::string> expected;
    std::set<std::string> files;
    for (const WriterSpec& writer : writer_registry()) {
      files.insert(writer.file_name);
      expected.push_back("| `" + writer.name + "` | `" + writer.file_name + "` | " + writer.summary +
                         " |");
    }
    CHECK(rows == expected);
    CHECK(files.size() == writer_registry().size());
  }

  TEST_CASE("rows.csv: one row per measure, the promised columns") {
    const RunRecord run = tests::example_run();
    const Rows rows = parse_csv(written("csv", run));
    std::size_t measures = 0;
    for (const CellRecord& cell : run.cells) measures += cell.measures.size();
    for (const SummaryRecord& summary : run.summaries) measures += summary.measures.size();
    CHECK(rows.size() == measures + 1);
    CHECK(rows[0] == std::vector<std::string>{"suite", "data", "model", "stage", "perturbation",
                                              "severity", "params", "repetition", "metric", "value",
                                              "unit", "n", "ci95_low", "ci95_high", "better", "note"});
    for (const auto& row : rows) REQUIRE(row.size() == 16);
    CHECK(rows[1][4] == "identity");
    CHECK(rows[1][5] == "0");
    std::set<std::string> repetitions;
    for (const auto& row : rows) {
      if (row[4] == "sensor_noise") repetitions.insert(row[7]);
      if (row[4] == "chain") CHECK(row[6] == "gamma@3+motion_blur@2");
      if (row[4] == "chain" || row[4] == "motion_blur") CHECK(row[5].empty());
      if (row[8] == "fnmr@fmr=1e-4") {
        CHECK(row[9].empty());
        CHECK(row[11].empty());
        CHECK(row[12].empty());
        CHECK(row[13].empty());
        CHECK(row[15] == "budget 0.3 < 1: too few comparisons");
      }
      if (row[8] == "d_prime") CHECK((row[12].empty() && !row[9].empty()));
    }
    CHECK(repetitions == std::set<std::string>{"1", "2", "all"});
  }

  TEST_CASE("rows.csv: hostile names stay in their cells and are no formulas") {
    RunRecord run = tests::example_run();
    run.data = "=cmd|' /C calc'!A0";
    run.suite = "a,\"b\"\nc";
    run.cells.resize(1);
    run.cells[0].measures[0].note = "@SUM(1)";
    const Rows rows = parse_csv(written("csv", run));
    CHECK(rows[1][0] == "a,\"b\"\nc");
    CHECK(rows[1][1] == "'=cmd|' /C calc'!A0");
    CHECK(rows[1][15] == "'@SUM(1)");
  }

  TEST_CASE("samples.csv: one row per face and model, failures too") {
    const RunRecord run = tests::example_run();
    const Rows rows = parse_csv(written("samples", run));
    REQUIRE(rows.size() == run.samples.size() + 1);
    CHECK(rows[0] == std::vector<std::string>{"path", "face", "subject", "status", "reason", "box",
                                              "inter_eye_px", "brightness", "sharpness", "model",
                                              "drift_median", "drift_p95", "worst_condition",
                                              "typicality_p"});
    CHECK(rows[1][5] == "83.5 92 87 87.25");
    CHECK(rows[2][0] == "Bo \"B\" Example/Bo, 1.jpg");
    CHECK(rows[2][5] == "-4 10 120 120");
    CHECK(rows[2][10].empty());
    CHECK(rows[3][3] == "undecodable");
    CHECK(rows[3][1] == "1");
    CHECK(rows[3][13].empty());
  }

  TEST_CASE("report.md: valid, aligned tables for one, two and three models") {
    const RunRecord run = tests::example_run();
    check_tables(written("markdown", run));
    check_tables(written("markdown", with_models(run, {"only"})));
    check_tables(written("markdown", with_models(run, {"a", "b_c", "日本|x"})));
  }

  TEST_CASE("report.md: a run without cells or samples is a short report") {
    RunRecord run;
    run.suite = "empty";
    run.data = "none";
    const std::string text = written("markdown", run);
    CHECK(text.rfind("# empty on none\n", 0) == 0);
    CHECK(text.find("|") == std::string::npos);
    CHECK(parse_csv(written("csv", run)).size() == 1);
    CHECK(parse_csv(written("samples", run)).size() == 1);
  }

  TEST_CASE("report.md: best and worst are marked within the family, few samples labelled") {
    RunRecord run = tests::example_run();
    tests::measure_of(tests::cell_of(run, "dlib_resnet", "crop", "gamma@3"), "drift_angle_deg").n = 29;
    const auto lines = lines_of(written("markdown", run));
    const auto row = [&](const std::string& label) {
      const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.rfind("| " + label + " ", 0) == 0;
      });
      REQUIRE(found != lines.end());
      return *found;
    };
    CHECK(row("`gamma@1`").find("▼ **3.1 [3.0, 3.2]**") != std::string::npos);
    CHECK(row("`side_light@5 direction=right`").find("▲ **31.4 [30.5, 32.3]**") != std::string::npos);
    CHECK(row("`gamma@3`").find("▲") == std::string::npos);
    CHECK(row("`gamma@3`").find("29 (few)") != std::string::npos);
    // The strongest of the run, but alone in its family.
    CHECK(row("`gamma@3+motion_blur@2`").find("▲") == std::string::npos);
    for (const std::string& line : lines) CHECK(line.find("gamma@0") == std::string::npos);
  }

  TEST_CASE(
      "report.md: the lowest geometry is that of a perturbed condition; none where none has a value") {
    RunRecord run = tests::example_run();
    tests::measure_of(tests::cell_of(run, "dlib_resnet", "crop", "gamma@0"), "geometry_rsa").value = -1;
    CHECK(written("markdown", run).find("-1.000") == std::string::npos);
    for (CellRecord& cell : run.cells) {
      for (Measure& measure : cell.measures) {
        if (measure.name.rfind("geometry_", 0) == 0) {
          measure = refused(measure.name, "1", Better::higher, "21 samples, 100 needed");
        }
      }
    }
    const std::string text = written("markdown", run);
    CHECK(text.find("## Geometry\n\nNo value; the reason is in the notes.\n") != std::string::npos);
    CHECK(text.find("`geometry_rsa`: 21 samples, 100 needed") != std::string::npos);
  }

  TEST_CASE("table.tex: every row has the columns that the table declares") {
    const RunRecord run = tests::example_run();
    for (const std::vector<std::string>& models :
         {std::vector<std::string>{"only"}, {"a", "b_c"}, {"a", "b", "100 %"}}) {
      const std::string text = written("latex", with_models(run, models));
      const int ampersands = 4 * static_cast<int>(models.size());
      int rows = 0;
      for (const std::string& line : lines_of(text)) {
        const bool is_row = line.size() > 2 && line.substr(line.size() - 2) == "\\\\" &&
                            line.rfind("\\textit", 0) != 0 &&
                            line.find("multicolumn") == std::string::npos;
        if (!is_row) continue;
        CAPTURE(line);
        CHECK(count_of(line, "&") == ampersands);
        ++rows;
      }
      CHECK(rows > 5);
      CHECK(count_of(text, "\\begin{tabular}") == 2);  // one table per stage
    }
  }

  TEST_CASE("table.tex: text is escaped, missing values are braced, bold only what is separable") {
    RunRecord run = tests::example_run();
    run.suite = "50 % & {odd} \\x_1~^#$";
    run.models[0] = "dlib_resnet";
    auto fnmr = [&](const std::string& model, double value, double low, double high) {
      Measure& measure = tests::measure_of(tests::cell_of(run, model, "crop", "gamma@3"), "fnmr");
      measure.value = value;
      measure.ci95 = Interval{low, high};
    };
    REQUIRE(run.models.size() == 2);
    fnmr(run.models[0], 0.02, 0.01, 0.03);
    fnmr(run.models[1], 0.05, 0.04, 0.06);
    std::string text = written("latex", run);
    CHECK(text.find("50 \\% \\& \\{odd\\} "
                    "\\textbackslash{}x\\_1\\textasciitilde{}\\textasciicircum{}\\#\\$ on") !=
          std::string::npos);
    CHECK(latex_row(text, "gamma@3").find("\\bfseries 2.0 & {[1.0, 3.0]} &") != std::string::npos);
    CHECK(count_of(latex_row(text, "gamma@3"), "\\bfseries") == 1);
    fnmr(run.models[1], 0.05, 0.025, 0.06);  // the intervals meet
    text = written("latex", run);
    CHECK(count_of(latex_row(text, "gamma@3"), "\\bfseries") == 0);
    Measure& none = tests::measure_of(tests::cell_of(run, run.models[1], "crop", "gamma@3"), "fnmr");
    none = refused("fnmr", "share", Better::lower, "no mated trials");
    CHECK(latex_row(written("latex", run), "gamma@3").find("{n/a}") != std::string::npos);
  }

  TEST_CASE("junit.xml: a test case per gate, failures with what was found, text escaped") {
    RunRecord run = tests::example_run();
    run.suite = "a<b & \"c\"";
    run.gates = {{"fnmr <= 0.1", true, "3 values"}, {"eer & auc", false, "found 0.2 > 0.1\non gamma@5"}};
    const std::string text = written("junit", run);
    CHECK(text.find("<testsuite name=\"a&lt;b &amp; &quot;c&quot; on ") != std::string::npos);
    CHECK(text.find(" tests=\"2\" failures=\"1\"") != std::string::npos);
    CHECK(count_of(text, "<testcase ") == 2);
    CHECK(text.find("<failure type=\"gate\" message=\"found 0.2 &gt; 0.1 on gamma@5\"/>") !=
          std::string::npos);
    run.gates.clear();
    CHECK(written("junit", run).find(" tests=\"0\" failures=\"0\"") != std::string::npos);
  }

  TEST_CASE("writers: of `execution` only run.json prints all, and report.html a section") {
    RunRecord run = tests::example_run();
    RunRecord other = run;
    other.execution = {{"host", "elsewhere"}, {"threads", 64}};
    for (const WriterSpec& writer : writer_registry()) {
      CAPTURE(writer.name);
      CHECK((writer.write(run) == writer.write(other)) ==
            (writer.name != "json" && writer.name != "html"));
    }
  }

  TEST_CASE("report.md: a private run says so and shows no file") {
    RunRecord run = tests::example_run();
    run.is_private = true;
    const std::string text = written("markdown", run);
    CHECK(text.find("A private run") != std::string::npos);
    for (const SampleRecord& sample : run.samples) CHECK(text.find(sample.path) == std::string::npos);
  }
}

}  // namespace
}  // namespace robench
