// SPDX-License-Identifier: Apache-2.0
// Pieces of SVG that all charts are made of.
#pragma once

#include <string>
#include <string_view>

#include "reports/figure.h"

namespace robench::svg {

/// What text is for; ink for titles, muted for axes.
enum class Tone { ink, muted };

/// A line of text, escaped. `anchor` is "start", "middle" or "end".
[[nodiscard]] std::string text(double x, double y, std::string_view words, Tone tone,
                               std::string_view anchor = "start", double size = 11);
/// The same, turned to run upwards, its middle at x y.
[[nodiscard]] std::string upward_text(double x, double y, std::string_view words);
[[nodiscard]] std::string grid_line(double x, double y, double to_x, double to_y);
[[nodiscard]] std::string axis_line(double x, double y, double to_x, double to_y);
/// A group in the colour of a style; a page may filter it by the name of the series.
[[nodiscard]] std::string series_group(const ChartSeries& series, const std::string& inside);
/// "9.6 deg [9.3, 9.9]" with condition, series and n, as <title>.
[[nodiscard]] std::string point_title(const ChartSeries& series, const ChartPoint& point);

/// Where an axis puts a value, from `start` to `end`; values outside stand at the edge.
[[nodiscard]] double place(const ChartAxis& axis, double value, double start, double end);

}  // namespace robench::svg
