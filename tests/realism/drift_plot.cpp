// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/drift_plot.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <fmt/format.h>

namespace robench::realism {
namespace {

constexpr double kPanelWidth = 420;
constexpr double kPlotWidth = 340;
constexpr double kPlotHeight = 230;
constexpr double kLeft = 60;
constexpr double kTop = 40;
constexpr double kMostDegrees = 135;
constexpr const char* kReal = "#1f4e79";
constexpr const char* kSynthetic = "#d9730d";

double rounded_up(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)));
  return std::ceil(value / unit) * unit;
}

std::string text(double x, double y, const std::string& words, const char* anchor = "middle") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     words);
}

std::string axes(double left, double top_value) {
  const double bottom = kTop + kPlotHeight;
  std::string svg;
  for (int degrees = 0; degrees <= 120; degrees += 30)
    svg += text(left + degrees / kMostDegrees * kPlotWidth, bottom + 16, std::to_string(degrees));
  for (int i = 0; i <= 4; ++i) {
    const double y = bottom - i / 4.0 * kPlotHeight;
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}h{:.1f}\" stroke=\"#ddd\"/>\n", left, y, kPlotWidth);
    svg += text(left - 6, y + 4, fmt::format("{:.3g}", top_value * i / 4), "end");
  }
  return svg + text(left + kPlotWidth / 2, bottom + 34, "lamp from the camera's axis, degrees");
}

std::string marks(double left, double top_value, const std::vector<Light>& directions,
                  const DriftPanel& panel) {
  std::string svg;
  const auto mark = [&](std::size_t d, double drift, const char* style) {
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\" {}/>\n",
                       left + directions[d].angle_deg() / kMostDegrees * kPlotWidth,
                       kTop + kPlotHeight * (1 - drift / top_value), style);
  };
  const std::string filled = fmt::format("fill=\"{}\"", kReal);
  const std::string ring = fmt::format("fill=\"none\" stroke-width=\"1.5\" stroke=\"{}\"", kSynthetic);
  for (std::size_t d = 0; d < directions.size(); ++d) {
    if (std::isnan(panel.real[d])) continue;
    mark(d, panel.real[d], filled.c_str());
    mark(d, panel.synthetic[d], ring.c_str());
  }
  return svg;
}

std::string legend() {
  return fmt::format(
      "<circle cx=\"{0}\" cy=\"14\" r=\"3.2\" fill=\"{1}\"/><text x=\"{2}\" y=\"18\">real light</text>\n"
      "<circle cx=\"{3}\" cy=\"14\" r=\"3.2\" fill=\"none\" stroke-width=\"1.5\" stroke=\"{4}\"/>"
      "<text x=\"{5}\" y=\"18\">side_light on the frontally lit picture</text>\n",
      kLeft, kReal, kLeft + 10, kLeft + 90, kSynthetic, kLeft + 100);
}

}  // namespace

void write_drift_plot(const std::filesystem::path& file, const std::vector<Light>& directions,
                      const std::vector<DriftPanel>& panels) {
  const double width = kPanelWidth * static_cast<double>(panels.size());
  std::ofstream out(file);
  out << fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      width, kTop + kPlotHeight + 44);
  out << legend();
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const DriftPanel& panel = panels[i];
    const double left = kLeft + kPanelWidth * static_cast<double>(i);
    double largest = 1e-6;
    for (std::size_t d = 0; d < directions.size(); ++d)
      largest = std::max({largest, panel.real[d], panel.synthetic[d]});
    const double top_value = rounded_up(largest);
    out << axes(left, top_value) << marks(left, top_value, directions, panel)
        << text(left + kPlotWidth / 2, kTop - 6, "drift (1 - cosine), " + panel.title);
  }
  out << "</svg>\n";
}

}  // namespace robench::realism
