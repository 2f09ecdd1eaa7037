// SPDX-License-Identifier: Apache-2.0
#include "reports/figure.h"

#include <cmath>

#include <doctest/doctest.h>

#include "reports/panel.h"
#include "reports/svg.h"
#include "tests/reports/example_run.h"

namespace robench {
namespace {

const Figure& figure_named(const std::vector<Figure>& figures, const std::string& id) {
  for (const Figure& figure : figures)
    if (figure.id == id) return figure;
  FAIL("no figure " << id);
  return figures.front();
}

const Panel& panel_named(const Figure& figure, const std::string& title) {
  for (const Panel& panel : figure.panels)
    if (panel.title == title) return panel;
  FAIL("no panel " << title);
  return figure.panels.front();
}

TEST_SUITE("reports") {
  TEST_CASE("figures: a curve begins with the clean picture and keeps the variants apart") {
    const auto figures = figures_of(tests::example_run());
    const Figure& drift = figure_named(figures, "drift-angle-deg-lighting-crop");
    REQUIRE(drift.panels.size() == 3);  // gamma, and two directions of side_light
    const Panel& gamma = panel_named(drift, "gamma");
    REQUIRE(gamma.series.size() == 2);
    const auto& points = gamma.series[0].points;
    REQUIRE(points.size() == 4);
    CHECK(points[0].x == 0);
    CHECK(points[0].condition == "clean");
    CHECK(points[3].x == 5);
    CHECK(points[3].y == doctest::Approx(24.3));
    CHECK(points[3].ci95->low == doctest::Approx(23.571));
    CHECK(points[3].text == "24.3 deg [23.6, 25.0]");
    CHECK(panel_named(drift, "side_light direction=left").series[0].points.size() == 2);
    // Up to the next tick above 32.342, the largest limit, the same for all.
    for (const Panel& panel : drift.panels) CHECK(panel.y.high == doctest::Approx(40));
    CHECK(gamma.x.label == "severity, n = 2,958");
  }

  TEST_CASE("figures: conditions without a severity are rows, not points of a curve") {
    const auto figures = figures_of(tests::example_run());
    const Figure& blur = figure_named(figures, "fnmr-blur-crop");
    REQUIRE(blur.panels.size() == 1);
    CHECK(blur.panels[0].kind == PanelKind::dots);
    CHECK(blur.panels[0].rows == std::vector<std::string>{"motion_blur length=0.2"});
    CHECK(blur.panels[0].x.scale == 100);
  }

  TEST_CASE("figures: a value that was refused breaks the curve") {
    RunRecord run = tests::example_run();
    tests::measure_of(tests::cell_of(run, "dlib_resnet", "crop", "gamma@3"), "fnmr").value = NAN;
    const auto figures = figures_of(run);
    const Panel& gamma = panel_named(figure_named(figures, "fnmr-lighting-crop"), "gamma");
    CHECK(std::isnan(gamma.series[0].points[2].y));
    const std::string svg = panel_svg(gamma);
    CHECK(svg.find("nan") == std::string::npos);
    const std::size_t line = svg.find("class=\"line\"");
    const std::string path = svg.substr(line, svg.find("/>", line) - line);
    CHECK(std::count(path.begin(), path.end(), 'M') == 2);
  }

  TEST_CASE("figures: failure to acquire is one curve where no model takes part in it") {
    const auto figures = figures_of(tests::example_run());
    const Figure& lost = figure_named(figures, "failure-to-acquire-rate-lighting-capture");
    for (const Panel& panel : lost.panels) {
      REQUIRE(panel.series.size() == 1);
      CHECK(panel.series[0].name == "every model");
    }
  }

  TEST_CASE("figures: the CSV has a row per point, raw numbers, and no formula") {
    Figure figure;
    Panel panel;
    panel.title = "=1+1";
    panel.series.push_back({"a, b", 0, {{1, 0.25, Interval{0.2, 0.3}, "gamma@1", "25.0 %", 40}}});
    figure.panels.push_back(panel);
    CHECK(figure_csv(figure) ==
          "series,panel,condition,x,value,ci95_low,ci95_high,n\n\"a, "
          "b\",'=1+1,gamma@1,1,0.25,0.2,0.3,40\n");
  }

  TEST_CASE("figures: ticks are round and inside the axis") {
    CHECK(axis_ticks({"", 0, 5, 1}, 6) == std::vector<double>{0, 1, 2, 3, 4, 5});
    CHECK(axis_ticks({"", 0, 43, 1}, 5) == std::vector<double>{0, 10, 20, 30, 40});
    const auto shares = axis_ticks({"", 0, 0.166, 100}, 5);
    REQUIRE(shares.size() == 4);
    CHECK(shares[3] == doctest::Approx(0.15));
    CHECK(tick_text({"", 0, 0.166, 100}, shares[3]) == "15");
    CHECK(tick_text({"", -1, 1, 1}, -1e-17) == "0");
    CHECK(axis_ticks({"", -0.5, 0.7, 1}, 5).front() == doctest::Approx(-0.5));
  }

  TEST_CASE("figures: DET, scores and drift of the clean picture and of the hardest conditions") {
    const auto figures = figures_of(tests::example_run());
    const Figure& det = figure_named(figures, "det-lighting-crop");
    REQUIRE(det.panels.size() == 2);  // gamma@5 stands for gamma; side_light has no curves
    CHECK(det.panels[0].title == "clean");
    CHECK(det.panels[1].title == "gamma@5");
    const auto& points = det.panels[1].series.at(0).points;
    REQUIRE(points.size() == 4);  // rates of 0 have no place on a logarithmic axis
    CHECK(points.front().x == doctest::Approx(0.0005));
    CHECK(points.front().y == doctest::Approx(0.1599));
    CHECK(det.panels[1].x.label.find("n = ") != std::string::npos);

    const Figure& scores = figure_named(figures, "score-histogram-lighting-crop");
    REQUIRE(scores.panels.size() == 4);  // of two models, clean and gamma@5
    CHECK(scores.panels[1].title == "dlib_resnet, gamma@5");
    CHECK(legend_of(scores).at(1).name == "dlib_resnet: non-mated");
    double sum = 0;
    for (const ChartPoint& point : scores.panels[0].series[0].points) sum += point.y;
    CHECK(sum == doctest::Approx(1));

    const Figure& drift = figure_named(figures, "drift-histogram-lighting-crop");
    CHECK(drift.panels.at(0).title == "gamma@5");
    for (const Figure& figure : figures) CHECK(figure.id != "det-blur-crop");  // no curves, no figure
    RunRecord older = tests::example_run();
    older.curves.clear();
    for (const Figure& figure : figures_of(older)) CHECK(figure.section != "scores");
  }

  TEST_CASE("figures: a logarithmic axis has powers of ten as ticks, evenly spaced") {
    const ChartAxis axis{"", 1e-4, 1, 100, true};
    const auto ticks = axis_ticks(axis, 5);
    REQUIRE(ticks.size() == 5);
    CHECK(tick_text(axis, ticks[0]) == "0.01");
    CHECK(svg::place(axis, ticks[2], 0, 100) == doctest::Approx(50));
    CHECK(svg::place(axis, 1e-9, 0, 100) == doctest::Approx(0));
  }

  TEST_CASE("figures: a run without cells has none") { CHECK(figures_of(RunRecord{}).empty()); }
}

}  // namespace
}  // namespace robench
