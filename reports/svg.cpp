// SPDX-License-Identifier: Apache-2.0
#include "reports/svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart_style.h"
#include "reports/markup.h"
#include "reports/numbers.h"

namespace robench::svg {
namespace {

std::string line(const char* kind, const char* colour, double x, double y, double to_x, double to_y) {
  return fmt::format("<path class=\"{}\" stroke=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>", kind,
                     colour, x, y, to_x, to_y);
}

}  // namespace

std::string text(double x, double y, std::string_view words, Tone tone, std::string_view anchor,
                 double size) {
  const bool ink = tone == Tone::ink;
  return fmt::format(
      "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" font-size=\"{}\"{}>{}</text>",
      ink ? "ink" : "muted", x, y, ink ? "#1A1F27" : "#5B6470", size,
      anchor == "start" ? "" : fmt::format(" text-anchor=\"{}\"", anchor), markup_text(words));
}

std::string upward_text(double x, double y, std::string_view words) {
  return fmt::format("<g transform=\"translate({:.1f} {:.1f}) rotate(-90)\">{}</g>", x, y,
                     text(0, 0, words, Tone::muted, "middle"));
}

std::string grid_line(double x, double y, double to_x, double to_y) {
  return line("grid", "#E4E7EB", x, y, to_x, to_y);
}

std::string axis_line(double x, double y, double to_x, double to_y) {
  return line("axis", "#8A93A0", x, y, to_x, to_y);
}

std::string series_group(const ChartSeries& series, const std::string& inside) {
  return fmt::format("<g class=\"series {}\" data-series=\"{}\" color=\"{}\">{}</g>",
                     series_class(series.style), markup_text(series.name), series_colour(series.style),
                     inside);
}

std::string point_title(const ChartSeries& series, const ChartPoint& point) {
  return fmt::format("<title>{}, {}: {}{}</title>", markup_text(point.condition),
                     markup_text(series.name), markup_text(point.text),
                     point.n > 0 ? fmt::format(", n = {}", grouped(point.n)) : "");
}

double place(const ChartAxis& axis, double value, double start, double end) {
  const auto at = [&](double number) { return axis.logarithmic ? std::log10(number) : number; };
  const double inside = at(std::clamp(value, axis.low, axis.high));
  const double share = (inside - at(axis.low)) / (at(axis.high) - at(axis.low));
  return start + share * (end - start);
}

}  // namespace robench::svg
