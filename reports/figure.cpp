// SPDX-License-Identifier: Apache-2.0
#include "reports/figure.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "reports/csv.h"
#include "reports/numbers.h"
#include "reports/panel.h"

namespace robench {
namespace {

void append(std::vector<Figure>& all, std::vector<Figure> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

double value_of(const Panel& panel, const ChartPoint& point) {
  return panel.kind == PanelKind::dots ? point.x : point.y;
}

/// No number without its n: beside the label of the axis below, as a range where it varies.
void name_counts(Panel& panel) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (const ChartSeries& series : panel.series)
    for (const ChartPoint& point : series.points) {
      if (point.n <= 0) continue;
      least = least == 0 ? point.n : std::min(least, point.n);
      most = std::max(most, point.n);
    }
  if (most == 0) return;
  panel.x.label += ", n = " + grouped(least) + (least == most ? "" : " to " + grouped(most)) +
                   (least < kFewSamples ? " (few)" : "");
}

/// Two figures of one id would be one figure for a reader who follows a link.
void make_ids_unique(std::vector<Figure>& figures) {
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string id = figures[i].id;
    const auto taken = [&](const std::string& name) {
      return std::any_of(figures.begin(), figures.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const Figure& earlier) { return earlier.id == name; });
    };
    for (int number = 2; taken(figures[i].id); ++number)
      figures[i].id = id + "-" + std::to_string(number);
  }
}

}  // namespace

std::vector<Figure> figures_of(const RunRecord& run) {
  std::vector<Figure> figures = summary_figures(run);
  append(figures, severity_figures(run));
  append(figures, score_figures(run));
  append(figures, group_figures(run));
  append(figures, geometry_figures(run));
  append(figures, face_figures(run));
  make_ids_unique(figures);
  for (Figure& figure : figures)
    for (Panel& panel : figure.panels) name_counts(panel);
  return figures;
}

std::vector<ChartSeries> legend_of(const Figure& figure) {
  std::vector<ChartSeries> legend;
  for (const Panel& panel : figure.panels)
    for (const ChartSeries& series : panel.series)
      if (std::none_of(legend.begin(), legend.end(),
                       [&](const ChartSeries& known) { return known.name == series.name; }))
        legend.push_back({series.name, series.style, {}});
  return legend;
}

std::string figure_csv(const Figure& figure) {
  std::string text = "series,panel,condition,x,value,ci95_low,ci95_high,n\n";
  for (const Panel& panel : figure.panels)
    for (const ChartSeries& series : panel.series)
      for (const ChartPoint& point : series.points)
        text +=
            csv_line({csv_text(series.name), csv_text(panel.title), csv_text(point.condition),
                      panel.kind == PanelKind::dots ? "" : csv_number(point.x),
                      csv_number(value_of(panel, point)), point.ci95 ? csv_number(point.ci95->low) : "",
                      point.ci95 ? csv_number(point.ci95->high) : "", std::to_string(point.n)});
  return text;
}

ChartPoint line_point(double x, const Measure* measure, std::string condition) {
  ChartPoint point{x, std::numeric_limits<double>::quiet_NaN(), {}, std::move(condition), "", 0};
  if (!available(measure)) return point;
  point.y = measure->value;
  if (!shown(measure).interval.empty()) point.ci95 = measure->ci95;
  point.text = in_words(measure);
  point.n = measure->n;
  return point;
}

ChartPoint dot_point(std::size_t row, const Measure& measure, std::string condition) {
  ChartPoint point = line_point(0, &measure, std::move(condition));
  point.x = point.y;
  point.y = static_cast<double>(row);
  return point;
}

double scale_of(const std::string& unit) { return unit == "share" ? 100 : 1; }

void share_value_axis(std::vector<Panel>& panels, double floor) {
  double low = 0;
  double high = 0;
  for (const Panel& panel : panels)
    for (const ChartSeries& series : panel.series)
      for (const ChartPoint& point : series.points) {
        const double value = value_of(panel, point);
        if (!std::isfinite(value)) continue;
        low = std::min({low, value, point.ci95 ? point.ci95->low : value});
        high = std::max({high, value, point.ci95 ? point.ci95->high : value});
      }
  if (high <= low) high = low + 1;
  for (Panel& panel : panels) {
    ChartAxis& axis = panel.kind == PanelKind::dots ? panel.x : panel.y;
    axis.low = std::max(low, floor);
    axis.high = high;
    // Both ends are ticks, but for a floor that is none.
    const double step = tick_step(axis, kValueTicks) / axis.scale;
    axis.high = std::ceil(high / step - 1e-9) * step;
    if (axis.low < 0) axis.low = std::max(std::floor(axis.low / step + 1e-9) * step, floor);
  }
}

}  // namespace robench
