// SPDX-License-Identifier: Apache-2.0
#include "reports/panel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/chart_style.h"
#include "reports/svg.h"
#include "reports/text.h"

namespace robench {
namespace {

using svg::Tone;

constexpr double kTitleHeight = 24;
constexpr double kAxisHeight = 34;  // below the plot: numbers and label
constexpr double kRight = 10;
constexpr double kLeft = 46;  // left of the plot: numbers and label
constexpr double kLineWidth = 236;
constexpr double kLineHeight = 176;
constexpr double kDotWidth = 400;
constexpr double kRowHeight = 15;
constexpr double kSeriesHeight = 7;  // of a row, for each series more
constexpr double kLabelWidth = 6.1;  // of a character of 11 px
constexpr int kLongestLabel = 34;
constexpr std::size_t kManyRows = 20;  // more than a screen shows: the axis is named above too

/// The plot inside of a panel: from left top to right bottom.
struct PlotArea {
  double left, top, right, bottom;
};

double row_height(const Panel& panel) {
  return kRowHeight +
         kSeriesHeight * (static_cast<double>(std::max<std::size_t>(panel.series.size(), 1)) - 1);
}

double label_width(const Panel& panel) {
  int longest = 8;
  for (const std::string& row : panel.rows) longest = std::max(longest, display_width(row));
  return kLabelWidth * std::min(longest, kLongestLabel) + 12;
}

PlotArea area_of(const Panel& panel) {
  const PanelSize size = panel_size(panel);
  const double left = panel.kind == PanelKind::dots ? label_width(panel) : kLeft;
  return {left, kTitleHeight + 6, size.width - kRight, size.height - kAxisHeight};
}

std::string horizontal_axis(const Panel& panel, const PlotArea& area, bool with_grid) {
  const int count = panel.kind == PanelKind::dots ? kValueTicks : 6;
  std::string text;
  for (const double tick : axis_ticks(panel.x, count)) {
    const double x = svg::place(panel.x, tick, area.left, area.right);
    if (with_grid) text += svg::grid_line(x, area.top, x, area.bottom);
    text += svg::text(x, area.bottom + 14, tick_text(panel.x, tick), Tone::muted, "middle");
    if (panel.rows.size() > kManyRows)
      text += svg::text(x, area.top - 2, tick_text(panel.x, tick), Tone::muted, "middle");
  }
  return text +
         svg::text((area.left + area.right) / 2, area.bottom + 29, panel.x.label, Tone::muted, "middle");
}

std::string vertical_axis(const Panel& panel, const PlotArea& area) {
  std::string text;
  for (const double tick : axis_ticks(panel.y, kValueTicks)) {
    const double y = svg::place(panel.y, tick, area.bottom, area.top);
    text += svg::grid_line(area.left, y, area.right, y);
    text += svg::text(area.left - 6, y + 4, tick_text(panel.y, tick), Tone::muted, "end");
  }
  return text + svg::upward_text(11, (area.top + area.bottom) / 2, panel.y.label);
}

/// The area of the intervals, broken where a point has none.
std::string band(const Panel& panel, const ChartSeries& series, const PlotArea& area) {
  std::string text;
  std::string upper;
  std::string lower;
  const auto finish = [&] {
    if (!upper.empty())
      text +=
          fmt::format("<path class=\"band\" fill=\"currentColor\" fill-opacity=\".16\" d=\"M{}{}z\"/>",
                      upper.substr(1), lower);
    upper.clear();
    lower.clear();
  };
  for (const ChartPoint& point : series.points) {
    if (!point.ci95) finish();
    if (!point.ci95) continue;
    const double x = svg::place(panel.x, point.x, area.left, area.right);
    const auto corner = [&](double value) {
      return fmt::format("L{:.1f} {:.1f}", x, svg::place(panel.y, value, area.bottom, area.top));
    };
    upper += corner(point.ci95->high);
    lower = corner(point.ci95->low) + lower;
  }
  finish();
  return text;
}

/// A point without a value breaks the line: nothing is drawn as if it had been measured.
std::string curve(const Panel& panel, const ChartSeries& series, const PlotArea& area) {
  std::string path;
  std::string marks;
  bool joined = false;
  for (const ChartPoint& point : series.points) {
    const bool has_value = std::isfinite(point.y);
    if (has_value) {
      const double x = svg::place(panel.x, point.x, area.left, area.right);
      const double y = svg::place(panel.y, point.y, area.bottom, area.top);
      path += fmt::format("{}{:.1f} {:.1f}", joined ? "L" : "M", x, y);
      marks += series_marker(series.style, x, y, svg::point_title(series, point),
                             fmt::format(" data-severity=\"{}\"", shortest(point.x)));
    }
    joined = has_value;
  }
  const std::string dash = series_dash(series.style);
  return fmt::format(
             "<path class=\"line\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" "
             "stroke-linejoin=\"round\"{} d=\"{}\"/>",
             dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash), path) +
         fmt::format("<g fill=\"currentColor\">{}</g>", marks);
}

std::string plain_axes(const Panel& panel, const PlotArea& area) {
  return vertical_axis(panel, area) + horizontal_axis(panel, area, false) +
         svg::axis_line(area.left, area.bottom, area.right, area.bottom);
}

std::string lines(const Panel& panel, const PlotArea& area) {
  std::string text = plain_axes(panel, area);
  for (const ChartSeries& series : panel.series)
    text += svg::series_group(series, band(panel, series, area) + curve(panel, series, area));
  return text;
}

std::string dots_of(const Panel& panel, std::size_t index, const PlotArea& area) {
  const ChartSeries& series = panel.series[index];
  const double height = row_height(panel);
  const double offset =
      (static_cast<double>(index) - (static_cast<double>(panel.series.size()) - 1) / 2) * kSeriesHeight;
  std::string text;
  for (const ChartPoint& point : series.points) {
    const double y = area.top + (point.y + 0.5) * height + offset;
    const auto x = [&](double value) { return svg::place(panel.x, value, area.left, area.right); };
    if (point.ci95)
      text += fmt::format(
          "<path class=\"whisker\" stroke=\"currentColor\" stroke-width=\"1.4\" stroke-opacity=\".6\" "
          "d=\"M{:.1f} {:.1f}H{:.1f}\"/>",
          x(point.ci95->low), y, x(point.ci95->high));
    text += series_marker(series.style, x(point.x), y, svg::point_title(series, point));
  }
  return svg::series_group(series, "<g fill=\"currentColor\">" + text + "</g>");
}

std::string dots(const Panel& panel, const PlotArea& area) {
  std::string text = horizontal_axis(panel, area, true);
  if (panel.reference) {
    const double x = svg::place(panel.x, *panel.reference, area.left, area.right);
    text += svg::axis_line(x, area.top, x, area.bottom);
  }
  for (std::size_t row = 0; row < panel.rows.size(); ++row) {
    const double middle = area.top + (static_cast<double>(row) + 0.5) * row_height(panel);
    text += svg::text(area.left - 8, middle + 4, shortened(panel.rows[row], kLongestLabel), Tone::ink,
                      "end");
  }
  for (std::size_t i = 0; i < panel.series.size(); ++i) text += dots_of(panel, i, area);
  return text;
}

std::string bars(const Panel& panel, const PlotArea& area) {
  std::string text = plain_axes(panel, area);
  for (const ChartSeries& series : panel.series) {
    std::string inside;
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      const ChartPoint& point = series.points[i];
      const double right_edge = i + 1 < series.points.size() ? series.points[i + 1].x : panel.x.high;
      const double left = svg::place(panel.x, point.x, area.left, area.right);
      const double right = svg::place(panel.x, right_edge, area.left, area.right);
      const double top = svg::place(panel.y, point.y, area.bottom, area.top);
      inside += fmt::format("<path class=\"bar\" d=\"M{:.1f} {:.1f}V{:.1f}H{:.1f}V{:.1f}z\">{}</path>",
                            left + 0.5, area.bottom, top, right - 0.5, area.bottom,
                            svg::point_title(series, point));
    }
    text += svg::series_group(series, "<g fill=\"currentColor\">" + inside + "</g>");
  }
  return text;
}

std::string stroke(const ChartSeries& series, const std::string& path) {
  const std::string dash = series_dash(series.style);
  return fmt::format(
      "<path class=\"line\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" "
      "stroke-linejoin=\"round\"{} d=\"{}\"/>",
      dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash), path);
}

/// Histograms on top of each other: each an outline, lightly filled, so that none hides another. The
/// last point of a series is where its last bin ends.
std::string outlines(const Panel& panel, const PlotArea& area) {
  std::string text = plain_axes(panel, area);
  for (const ChartSeries& series : panel.series) {
    std::string path;
    const auto x = [&](double value) { return svg::place(panel.x, value, area.left, area.right); };
    for (const ChartPoint& point : series.points)
      path += fmt::format("{}V{:.1f}",
                          path.empty() ? fmt::format("M{:.1f} {:.1f}", x(point.x), area.bottom)
                                       : fmt::format("H{:.1f}", x(point.x)),
                          svg::place(panel.y, point.y, area.bottom, area.top));
    text += svg::series_group(
        series, fmt::format("<path fill=\"currentColor\" fill-opacity=\".16\" d=\"{}z\"/>", path) +
                    stroke(series, path));
  }
  return text;
}

std::string plain_curves(const Panel& panel, const PlotArea& area) {
  std::string text = plain_axes(panel, area);
  for (const ChartSeries& series : panel.series) {
    std::string path;
    for (const ChartPoint& point : series.points)
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L",
                          svg::place(panel.x, point.x, area.left, area.right),
                          svg::place(panel.y, point.y, area.bottom, area.top));
    text += svg::series_group(series, stroke(series, path));
  }
  return text;
}

/// Powers of ten from the low end of the axis to the high one.
std::vector<double> decades(const ChartAxis& axis) {
  std::vector<double> ticks;
  const auto first = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9));
  const auto last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
  for (int power = first; power <= last; ++power) ticks.push_back(std::pow(10, power));
  return ticks;
}

}  // namespace

PanelSize panel_size(const Panel& panel) {
  if (panel.kind != PanelKind::dots) return {kLineWidth, kLineHeight + kTitleHeight};
  return {kDotWidth,
          kTitleHeight + 6 + row_height(panel) * static_cast<double>(panel.rows.size()) + kAxisHeight};
}

std::string panel_svg(const Panel& panel) {
  const PlotArea area = area_of(panel);
  const bool wide = panel.kind == PanelKind::dots;
  std::string title =
      svg::text(wide ? 0 : area.left, 14, shortened(panel.title, wide ? 60 : kLongestLabel), Tone::ink,
                "start", 12);
  switch (panel.kind) {
    case PanelKind::lines:
      return title + lines(panel, area);
    case PanelKind::dots:
      return title + dots(panel, area);
    case PanelKind::bars:
      return title + bars(panel, area);
    case PanelKind::outlines:
      return title + outlines(panel, area);
    case PanelKind::curve:
      return title + plain_curves(panel, area);
  }
  return title;
}

double tick_step(const ChartAxis& axis, int count) {
  const double rough = (axis.high - axis.low) * axis.scale / count;
  const double unit = std::pow(10, std::floor(std::log10(rough)));
  const double steps = rough / unit;
  return unit * (steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10);
}

std::vector<double> axis_ticks(const ChartAxis& axis, int count) {
  if (axis.logarithmic) return decades(axis);
  constexpr double kSlack = 1e-9;  // of a step: a limit that is a tick counts as one
  const double step = tick_step(axis, count);
  std::vector<double> ticks;
  const double last = axis.high * axis.scale / step + kSlack;
  for (double i = std::ceil(axis.low * axis.scale / step - kSlack); i <= last; ++i)
    ticks.push_back(i * step / axis.scale);
  return ticks;
}

std::string tick_text(const ChartAxis& axis, double tick) {
  const double printed = tick * axis.scale;
  return std::abs(printed) < 1e-12 ? "0" : fmt::format("{:.4g}", printed);
}

std::string legend_key(const ChartSeries& series, PanelKind kind) {
  const std::string dash = series_dash(series.style);
  const std::string line =
      fmt::format("<path fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"{} d=\"M0 6H26\"/>",
                  dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash));
  const std::string block = "<path fill=\"currentColor\" d=\"M7 0h12v12h-12z\"/>";
  const std::string mark = "<g fill=\"currentColor\">" + series_marker(series.style, 13, 6, "") + "</g>";
  const bool is_line = kind == PanelKind::outlines || kind == PanelKind::curve;
  const std::string inside = kind == PanelKind::bars   ? block
                             : kind == PanelKind::dots ? mark
                             : is_line                 ? line
                                                       : line + mark;
  return fmt::format("<g class=\"{}\" color=\"{}\">{}</g>", series_class(series.style),
                     series_colour(series.style), inside);
}

}  // namespace robench
