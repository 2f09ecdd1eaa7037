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
constexpr double kLeastWidth = 310;  // of a figure: its title must fit
constexpr double kCaptionLine = 15;
constexpr double kCharacter = 5.4;  // mean width of a character of 11 px
constexpr double kTitleHeight = 26;
constexpr double kLegendHeight = 22;

struct Drawing {
  std::string svg;
  double width = 0;
  double height = 0;
};

std::string moved(double x, double y, const std::string& inside) {
  return fmt::format("<g transform=\"translate({:.1f} {:.1f})\">{}</g>\n", x, y, inside);
}

/// The panels in rows no wider than the sheet.
Drawing panels_of(const Figure& figure) {
  Drawing drawing;
  double x = 0;
  double row_height = 0;
  for (const Panel& panel : figure.panels) {
    const PanelSize size = panel_size(panel);
    if (x > 0 && x + size.width > kWidth - 2 * kMargin) {
      x = 0;
      drawing.height += row_height + kGap;
      row_height = 0;
    }
    drawing.svg += moved(x, drawing.height, panel_svg(panel));
    x += size.width + kGap / 4;
    drawing.width = std::max(drawing.width, x);
    row_height = std::max(row_height, size.height);
  }
  drawing.height += row_height;
  return drawing;
}

std::string legend(const Figure& figure, double y) {
  std::string text;
  double x = 0;
  for (const ChartSeries& series : legend_of(figure)) {
    text += moved(
        x, y,
        legend_key(series, figure.panels.front().kind) + svg::text(32, 10, series.name, Tone::ink));
    x += 32 + kCharacter * display_width(series.name) + 24;
  }
  return text;
}

/// Title, caption, legend and panels, as wide as the panels are.
Drawing figure_drawing(const Figure& figure) {
  const Drawing panels = panels_of(figure);
  Drawing drawing{"", std::max(panels.width, kLeastWidth), kTitleHeight};
  drawing.svg = fmt::format("<g id=\"{}\">\n", figure.id) +
                svg::text(0, 14, figure.title, Tone::ink, "start", 14) + "\n";
  for (const std::string& line : wrapped(figure.caption, static_cast<int>(drawing.width / kCharacter))) {
    drawing.svg += svg::text(0, drawing.height + 4, line, Tone::muted) + "\n";
    drawing.height += kCaptionLine;
  }
  drawing.svg += legend(figure, drawing.height);
  drawing.height += kLegendHeight;
  drawing.svg += moved(0, drawing.height, panels.svg) + "</g>\n";
  drawing.height += panels.height;
  return drawing;
}

/// Puts drawings beside each other while they fit, then below.
class Sheet {
 public:
  void add(const Drawing& drawing) {
    if (x_ > kMargin && x_ + drawing.width > kWidth - kMargin) end_row();
    text_ += moved(x_, y_, drawing.svg);
    x_ += drawing.width + kGap;
    row_height_ = std::max(row_height_, drawing.height);
  }

  void end_row() {
    y_ += row_height_ + 2 * kGap;
    x_ = kMargin;
    row_height_ = 0;
  }

  [[nodiscard]] std::string finished(const std::string& title) const {
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1:.0f}\" viewBox=\"0 "
               "0 "
               "{0} {1:.0f}\" font-family=\"Helvetica, Arial, sans-serif\">\n<title>{2}</title>\n"
               "<path fill=\"#fff\" d=\"M0 0h{0}v{1:.0f}H0z\"/>\n",
               kWidth, y_ + row_height_ + kMargin, markup_text(title)) +
           text_ + "</svg>\n";
  }

 private:
  std::string text_;
  double x_ = kMargin;
  double y_ = kMargin;
  double row_height_ = 0;
};

Drawing heading(const RunRecord& run, const std::string& title) {
  return {svg::text(0, 18, title, Tone::ink, "start", 22) +
              svg::text(0, 38,
                        fmt::format("models {}; seed {}; intervals are 95 %",
                                    fmt::join(run.models, ", "), run.seed),
                        Tone::muted),
          kWidth - 2 * kMargin, 40};
}

std::string write_svg(const RunRecord& run) {
  const std::string title = fmt::format("{} on {}", run.suite, run.data);
  Sheet sheet;
  sheet.add(heading(run, title));
  sheet.end_row();
  std::string section;
  for (const Figure& figure : figures_of(run)) {
    if (!section.empty() && figure.section != section) sheet.end_row();
    section = figure.section;
    sheet.add(figure_drawing(figure));
  }
  return sheet.finished(title);
}

}  // namespace

WriterSpec svg() { return {"svg", "the figures on one sheet, for papers", "figures.svg", write_svg}; }

}  // namespace robench::writers
