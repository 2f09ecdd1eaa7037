// SPDX-License-Identifier: Apache-2.0
// Figures in the page: panels that wrap, a legend in text, the data beside it for the download.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/html_sections.h"
#include "reports/markup.h"
#include "reports/panel.h"

namespace robench {
namespace {

/// What a panel shows, in a sentence: screen readers see no marks.
std::string description(const Panel& panel) {
  std::string text;
  for (const ChartSeries& series : panel.series) {
    const ChartPoint* first = nullptr;
    const ChartPoint* last = nullptr;
    for (const ChartPoint& point : series.points) {
      if (point.text.empty()) continue;
      if (first == nullptr) first = &point;
      last = &point;
    }
    const bool walks_along_conditions = panel.kind == PanelKind::lines || panel.kind == PanelKind::dots;
    if (first == nullptr || !walks_along_conditions) continue;
    text += fmt::format("{}: {} at {}", series.name, first->text, first->condition);
    if (last != first) text += fmt::format(" to {} at {}", last->text, last->condition);
    text += "; ";
  }
  return text + "all values are in the data of the figure.";
}

std::string panel_html(const Figure& figure, const Panel& panel, std::size_t index) {
  const PanelSize size = panel_size(panel);
  const std::string id = fmt::format("{}-{}", figure.id, index);
  return fmt::format(
      "<svg class=\"panel {7}\" role=\"img\" aria-labelledby=\"{0}-t {0}-d\" tabindex=\"0\" "
      "width=\"{1:.0f}\" "
      "height=\"{2:.0f}\" viewBox=\"0 0 {1:.0f} {2:.0f}\" data-stage=\"{3}\">"
      "<title id=\"{0}-t\">{4}</title><desc id=\"{0}-d\">{5}</desc>{6}</svg>\n",
      id, size.width, size.height, markup_text(panel.stage),
      markup_text(fmt::format("{}, {}", figure.title, panel.title)), markup_text(description(panel)),
      panel_svg(panel), panel.kind == PanelKind::dots ? "wide" : "small");
}

std::string legend_html(const Figure& figure) {
  std::string text = "<ul class=\"legend\">";
  for (const ChartSeries& series : legend_of(figure))
    text += fmt::format(
        "<li data-series=\"{0}\"><svg width=\"26\" height=\"12\" aria-hidden=\"true\">{1}</svg> "
        "{0}</li>",
        markup_text(series.name), legend_key(series, figure.panels.front().kind));
  return text + "</ul>\n";
}

std::string figure_html(const Figure& figure) {
  const PanelKind kind = figure.panels.front().kind;
  const bool single = figure.panels.size() == 1 && kind != PanelKind::dots && kind != PanelKind::bars;
  std::string text =
      fmt::format("<figure id=\"{}\"{} data-family=\"{}\" data-measure=\"{}\">\n<h3>{}</h3>\n",
                  figure.id, single ? " class=\"single\"" : "", markup_text(figure.family),
                  markup_text(figure.measure), markup_text(figure.title));
  text += legend_html(figure) + "<div class=\"panels\">\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) text += panel_html(figure, figure.panels[i], i);
  return text +
         fmt::format(
             "</div>\n<figcaption>{}</figcaption>\n<pre class=\"csv\" hidden>{}</pre>\n</figure>\n",
             markup_text(figure.caption), markup_lines(figure_csv(figure)));
}

}  // namespace

std::string html_figures(const std::vector<Figure>& figures, const std::string& section) {
  std::string text;
  for (const Figure& figure : figures)
    if (figure.section == section) text += figure_html(figure);
  return text.empty() ? "" : "<div class=\"figures\">\n" + text + "</div>\n";
}

}  // namespace robench
