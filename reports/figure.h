// SPDX-License-Identifier: Apache-2.0
// The figures of a run as data: what figures.svg, report.html and the CSV of a figure are drawn from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "reports/run_record.h"

namespace robench {

/// One value with its interval, in the unit of the record (shares as shares).
struct ChartPoint {
  double x = 0;  // lines: severity; dots: the value; histograms: left edge of the bin
  double y = 0;  // the value, NaN where it is refused; dots: row, from 0 at the top; histograms: height
  std::optional<Interval> ci95;  // of the value
  std::string condition;         // "gamma@3"; the feature or scope where rows are none
  std::string text;              // "9.6 deg [9.3, 9.9]"
  std::int64_t n = 0;
};

struct ChartSeries {
  std::string name;
  int style = 0;  // place in the palette, see chart_style.h
  std::vector<ChartPoint> points;
};

struct ChartAxis {
  std::string label;  // with the unit
  double low = 0;
  double high = 1;
  double scale = 1;          // printed = value * scale; 100 for shares in percent
  bool logarithmic = false;  // low and high above 0; ticks are powers of ten
};

/// lines: value over a number, with bands. dots: values with intervals in labelled rows. bars: one
/// histogram. outlines: histograms on top of each other. curve: a line without points of its own.
enum class PanelKind { lines, dots, bars, outlines, curve };

/// One small multiple.
struct Panel {
  PanelKind kind = PanelKind::lines;
  std::string title;
  ChartAxis x;
  ChartAxis y;
  std::vector<std::string> rows;    // of dots
  std::optional<double> reference;  // dots: a line at this value, such as "no difference"
  std::vector<ChartSeries> series;
  std::string stage;  // for the filters of report.html; "" = belongs to all
  double highest_severity = -1;
};

/// Panels that share a title, a legend and their axes.
struct Figure {
  std::string id;       // letters, digits, hyphens; unique within a run
  std::string section;  // "summary", "curves", "scores", "groups", "geometry", "faces"
  std::string title;
  std::string caption;  // how to read it: sentences
  std::string measure;  // name in rows.csv; of several, the first
  std::string family;   // "" = of all
  std::vector<Panel> panels;
};

/// All that the run has values for, in the order in which they are read.
[[nodiscard]] std::vector<Figure> figures_of(const RunRecord& run);

/// The parts of figures_of(), each in a file of its name.
[[nodiscard]] std::vector<Figure> summary_figures(const RunRecord& run);
[[nodiscard]] std::vector<Figure> severity_figures(const RunRecord& run);
[[nodiscard]] std::vector<Figure> score_figures(const RunRecord& run);
[[nodiscard]] std::vector<Figure> group_figures(const RunRecord& run);
[[nodiscard]] std::vector<Figure> geometry_figures(const RunRecord& run);
[[nodiscard]] std::vector<Figure> face_figures(const RunRecord& run);

/// Name and style of every series, each once, in order of appearance.
[[nodiscard]] std::vector<ChartSeries> legend_of(const Figure& figure);
/// "series,panel,condition,x,value,ci95_low,ci95_high,n": one row per point.
[[nodiscard]] std::string figure_csv(const Figure& figure);

/// The value of a measure as a point; without a value, y (lines) or nothing stands for it.
[[nodiscard]] ChartPoint line_point(double x, const Measure* measure, std::string condition);
[[nodiscard]] ChartPoint dot_point(std::size_t row, const Measure& measure, std::string condition);

/// Printed scale of a unit: 100 for shares.
[[nodiscard]] double scale_of(const std::string& unit);
/// Sets the value axis of all panels alike: from 0 (or the least value) to the largest value or limit.
/// `floor` is the lowest start: values below stand at the edge.
void share_value_axis(std::vector<Panel>& panels, double floor);

}  // namespace robench
