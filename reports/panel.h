// SPDX-License-Identifier: Apache-2.0
// A panel as SVG. Colours are presentation attributes, so that a figure stands alone in a paper, and
// each has a class, so that a page may choose others for a dark theme.
#pragma once

#include <string>
#include <vector>

#include "reports/figure.h"

namespace robench {

struct PanelSize {
  double width = 0;
  double height = 0;
};
[[nodiscard]] PanelSize panel_size(const Panel& panel);

/// The panel from 0 0 to its size, without the <svg> around it.
[[nodiscard]] std::string panel_svg(const Panel& panel);

/// Distance of the printed ticks: about `count` of them, 1, 2 or 5 times a power of ten.
[[nodiscard]] double tick_step(const ChartAxis& axis, int count);
/// Round numbers inside [low, high] of the axis, printed ones, about `count` of them.
[[nodiscard]] std::vector<double> axis_ticks(const ChartAxis& axis, int count);
/// A tick as it is printed.
[[nodiscard]] std::string tick_text(const ChartAxis& axis, double tick);

/// Ticks of the value axis of every panel.
inline constexpr int kValueTicks = 5;

/// The sample of a series in a legend, 26 wide and 12 high: its dash and its marker.
[[nodiscard]] std::string legend_key(const ChartSeries& series, PanelKind kind);

}  // namespace robench
