// SPDX-License-Identifier: Apache-2.0
// figures.svg: the figures of a run on one sheet, each a group with an id, for papers.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "reports/figure.h"
#include "reports/markup.h"
#include "reports/panel.h"
#include "reports/svg.h"
#include "reports/text.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

using svg::Tone;

constexpr double kWidth = 1010;
constexpr double kMargin = 20;
constexpr double kGap = 16;
constexpr double kCaptionLine = 15;
constexpr int kCaptionColumns = 160;
constexpr double kLegendCharacter = 6.4;  // of 11 px

/// Draws from the top down and knows how far it has come.
class Sheet {
 public:
  void add(const Figure& figure) {
    text_ += fmt::format("<g id=\"{}\">\n", markup_id(figure.id));
    text_ += svg::text(kMargin, y_ + 16, figure.title, Tone::ink, "start", 16) + "\n";
    y_ += 30;
    for (const std::string& line : wrapped(figure.caption, kCaptionColumns)) {
      text_ += svg::text(kMargin, y_ + 4, line, Tone::muted) + "\n";
      y_ += kCaptionLine;
    }
    add_legend(figure);
    add_panels(figure);
    text_ += "</g>\n";
    y_ += 2 * kGap;
  }

  void add_heading(const RunRecord& run) {
    text_ += svg::text(kMargin, y_ + 20, fmt::format("{} on {}", run.suite, run.data), Tone::ink,
                       "start", 22) +
             "\n" +
             svg::text(kMargin, y_ + 40,
                       fmt::format("models {}; seed {}; intervals are 95 %", fmt::join(run.models, ", "),
                                   run.seed),
                       Tone::muted) +
             "\n";
    y_ += 64;
  }

  [[nodiscard]] std::string finished(const RunRecord& run) const {
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1:.0f}\" viewBox=\"0 "
               "0 "
               "{0} {1:.0f}\" font-family=\"Helvetica, Arial, sans-serif\">\n<title>{2}</title>\n"
               "<path fill=\"#fff\" d=\"M0 0h{0}v{1:.0f}H0z\"/>\n",
               kWidth, y_ + kMargin, markup_text(fmt::format("{} on {}", run.suite, run.data))) +
           text_ + "</svg>\n";
  }

 private:
  void add_legend(const Figure& figure) {
    double x = kMargin;
    for (const ChartSeries& series : legend_of(figure)) {
      text_ += fmt::format("<g transform=\"translate({:.1f} {:.1f})\">{}{}</g>\n", x, y_,
                           legend_key(series, figure.panels.front().kind),
                           svg::text(32, 10, series.name, Tone::ink));
      x += 32 + kLegendCharacter * display_width(series.name) + 24;
    }
    y_ += 12 + kGap;
  }

  void add_panels(const Figure& figure) {
    double x = kMargin;
    double row_height = 0;
    for (const Panel& panel : figure.panels) {
      const PanelSize size = panel_size(panel);
      if (x > kMargin && x + size.width > kWidth - kMargin + 1) {
        x = kMargin;
        y_ += row_height + kGap;
        row_height = 0;
      }
      text_ +=
          fmt::format("<g transform=\"translate({:.1f} {:.1f})\">\n{}\n</g>\n", x, y_, panel_svg(panel));
      x += size.width + kGap / 4;
      row_height = std::max(row_height, size.height);
    }
    y_ += row_height;
  }

  std::string text_;
  double y_ = kMargin;
};

std::string write(const RunRecord& run) {
  Sheet sheet;
  sheet.add_heading(run);
  for (const Figure& figure : figures_of(run)) sheet.add(figure);
  return sheet.finished(run);
}

}  // namespace

WriterSpec svg() { return {"svg", "the figures on one sheet, for papers", "figures.svg", write}; }

}  // namespace robench::writers
