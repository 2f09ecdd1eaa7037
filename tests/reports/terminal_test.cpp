// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include <doctest/doctest.h>

#include "reports/terminal_table.h"
#include "reports/text.h"
#include "tests/reports/example_run.h"
#include "tests/support/text.h"

namespace robench {
namespace {

int widest_line(const std::string& text) {
  int widest = 0;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) widest = std::max(widest, display_width(line));
  return widest;
}

RunRecord three_models() {
  RunRecord run = tests::example_run();
  run.models.emplace_back("third");
  const auto cells = run.cells;
  for (CellRecord cell : cells) {
    if (cell.model != "dlib_resnet") continue;
    cell.model = "third";
    run.cells.push_back(std::move(cell));
  }
  return run;
}

std::string without_codes(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      i = text.find('m', i);
    } else {
      result += text[i];
    }
  }
  return result;
}

TEST_SUITE("reports") {
  TEST_CASE("terminal: fits, for one to three models and any usual width") {
    RunRecord one = tests::example_run();
    one.models = {"dlib_resnet"};
    for (const RunRecord& run : {one, tests::example_run(), three_models()}) {
      for (const int columns : {60, 72, 80, 100, 120, 200}) {
        CAPTURE(columns);
        CHECK(widest_line(terminal_report(run, columns, false)) <= columns);
      }
    }
  }

  TEST_CASE("terminal: two models side by side in 80 columns, three in blocks") {
    const std::string two = terminal_report(tests::example_run(), 80, false);
    CHECK(contains(two, "dlib_resnet               faceplugin\n"));
    const std::string three = terminal_report(three_models(), 80, false);
    CHECK(contains(three, "\n                  third\n"));
    CHECK(contains(terminal_report(three_models(), 120, false), "faceplugin                third\n"));
  }

  TEST_CASE("terminal: what is the same everywhere is said once, above the table") {
    RunRecord run = tests::example_run_without_pairs();
    std::erase_if(run.cells, [](const CellRecord& cell) { return cell.stage == "capture"; });
    for (CellRecord& cell : run.cells) tests::measure_of(cell, "failure_to_acquire_rate").value = 0;
    const std::string text = terminal_report(run, 80, false);
    CHECK(contains(text, "faces that gave no embedding: 0.0 everywhere"));
    CHECK(contains(text, "21* faces under every condition; * fewer than 30"));
    CHECK_FALSE(contains(text, "SNMR FTA"));
  }

  TEST_CASE("terminal: colours change nothing but the colours") {
    const RunRecord run = tests::example_run();
    const std::string plain = terminal_report(run, 80, false);
    const std::string coloured = terminal_report(run, 80, true);
    CHECK(plain.find('\033') == std::string::npos);
    CHECK(coloured.find('\033') != std::string::npos);
    const auto without_spaces = [](std::string text) {
      std::erase(text, ' ');
      return text;
    };
    CHECK(without_spaces(without_codes(coloured)) == without_spaces(plain));
  }

  TEST_CASE("terminal: missing values are n/a, with the reason in the notes") {
    RunRecord run = tests::example_run();
    for (CellRecord& cell : run.cells) {
      Measure& rate = tests::measure_of(cell, "fnmr");
      if (cell.label == "gamma@5")
        rate = refused("fnmr", "share", Better::lower, "no mated comparison left");
    }
    const std::string text = terminal_report(run, 80, false);
    CHECK(contains(text, "n/a"));
    CHECK(contains(text, "fnmr: n/a: no mated comparison left"));
  }

  TEST_CASE("terminal: a model that was not judged under a condition, and runs without anything") {
    RunRecord run = tests::example_run();
    std::erase_if(run.cells, [](const CellRecord& cell) {
      return cell.model == "faceplugin" && cell.label == "gamma@5";
    });
    CHECK(widest_line(terminal_report(run, 80, false)) <= 80);
    CHECK(contains(terminal_report(RunRecord{}, 80, false), "Nothing was judged"));
  }

  TEST_CASE("terminal: names cannot steer the terminal") {
    RunRecord run = tests::example_run();
    run.data = "x\033[2Jy";
    run.notes = {"a\033]0;title\007b"};
    const std::string text = terminal_report(run, 80, false);
    CHECK(text.find('\033') == std::string::npos);
    CHECK(text.find('\007') == std::string::npos);
  }
}

}  // namespace
}  // namespace robench
