// SPDX-License-Identifier: Apache-2.0
#include "reports/contact_sheet.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <opencv2/imgproc.hpp>

#include "perturb/error.h"
#include "reports/text.h"

namespace robench {
namespace {

const cv::Scalar kWhite(255, 255, 255);
const cv::Scalar kTileGround(238, 238, 238);  // shows where a picture is not square
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kFaintInk(96, 96, 96);
const cv::Scalar kRule(222, 222, 222);

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr int kOversampling = 4;   // text is drawn larger and shrunk: smoother than LINE_AA
constexpr double kCapHeight = 21;  // of the Hershey font at scale 1, in pixels
constexpr int kLongestTitle = 24;  // characters of a line of a row's title

/// All lengths in pixels, in proportion to the tile.
struct Layout {
  int tile;
  int margin, gap;
  int label_cap, title_cap;  // height of capital letters
  int title_width;           // of the band left of the tiles
  std::size_t columns;
};

/// The Hershey fonts have ASCII only.
std::string ascii(const std::string& text) {
  std::string result;
  for (const char c : one_line(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) result += c;
    if (byte >= 0xC0) result += '?';  // one for each character, whatever its bytes
  }
  return result;
}

int text_width(const std::string& text, int cap_height, int thickness) {
  const double scale = cap_height * kOversampling / kCapHeight;
  int baseline = 0;
  return cv::getTextSize(text, kFont, scale, thickness, &baseline).width / kOversampling + 1;
}

/// Where a label may go on in the next line: behind the steps of a chain and within its parameters.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  std::string piece;
  for (const char c : text) {
    if (c != ' ') piece += c;
    if (c != ' ' && c != '+' && c != '=' && c != ',') continue;
    if (!piece.empty()) pieces.push_back(piece + (c == ' ' ? " " : ""));
    piece.clear();
  }
  if (!piece.empty()) pieces.push_back(piece);
  return pieces;
}

std::string fitted(const std::string& text, int width, int cap_height, int thickness) {
  int characters = static_cast<int>(text.size());
  std::string shorter = text;
  while (characters > 1 && text_width(shorter, cap_height, thickness) > width) {
    shorter = shortened(text, --characters, "~");
  }
  return shorter;
}

/// Draws `text` with its left end at `x` and its baseline at `y`.
void draw_text(cv::Mat& sheet, const std::string& text, int x, int y, int cap_height, int thickness,
               const cv::Scalar& ink) {
  if (text.empty()) return;
  const int above = cap_height + 2;
  const int below = cap_height / 2 + 2;  // descenders
  const cv::Rect place =
      cv::Rect(x, y - above, text_width(text, cap_height, thickness) + 2, above + below) &
      cv::Rect(0, 0, sheet.cols, sheet.rows);
  if (place.empty()) return;
  cv::Mat large;
  cv::resize(sheet(place), large, place.size() * kOversampling, 0, 0, cv::INTER_NEAREST);
  const cv::Point origin((x - place.x) * kOversampling, (y - place.y) * kOversampling);
  cv::putText(large, text, origin, kFont, cap_height * kOversampling / kCapHeight, ink, thickness,
              cv::LINE_AA);
  cv::resize(large, large, place.size(), 0, 0, cv::INTER_AREA);
  large.copyTo(sheet(place));
}

int label_stroke(const Layout& layout) { return std::max(2, layout.label_cap * kOversampling / 10); }
int title_stroke(const Layout& layout) { return std::max(3, layout.title_cap * kOversampling / 6); }

/// One word a line: `side_light direction=left` would make the band of titles as wide as two tiles.
std::vector<std::string> title_lines(const TileRow& row) {
  std::vector<std::string> lines;
  std::istringstream words(ascii(row.title));
  for (std::string word; words >> word;) lines.push_back(shortened(word, kLongestTitle, "~"));
  return lines;
}

Layout layout_of(const std::vector<TileRow>& rows, int tile_px) {
  Layout layout{};
  layout.tile = tile_px;
  layout.margin = std::max(8, tile_px / 8);
  layout.gap = std::max(4, tile_px / 16);
  layout.label_cap = std::clamp(tile_px / 16, 7, 14);
  layout.title_cap = std::clamp(tile_px / 14, 8, 16);
  for (const TileRow& row : rows) {
    for (const std::string& line : title_lines(row))
      layout.title_width = std::max(
          layout.title_width, text_width(line, layout.title_cap, title_stroke(layout)) + layout.gap * 2);
    layout.columns = std::max(layout.columns, row.tiles.size());
  }
  return layout;
}

/// The picture as large as it goes into the square, centred.
void draw_picture(cv::Mat& sheet, const Image& image, const cv::Rect& square) {
  const double scale = static_cast<double>(square.width) / std::max(image.width(), image.height());
  const cv::Size size(std::max(1, cvRound(image.width() * scale)),
                      std::max(1, cvRound(image.height() * scale)));
  cv::Mat scaled;
  cv::resize(image.bgr(), scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  sheet(square) = kTileGround;
  const cv::Point corner(square.x + (square.width - size.width) / 2,
                         square.y + (square.height - size.height) / 2);
  scaled.copyTo(sheet(cv::Rect(corner, size)));
}

/// Without the row's title, which stands beside it: "gamma@3" in the row "gamma" is "@3".
std::string short_label(const Tile& tile, const TileRow& row) {
  const bool repeats = tile.label.size() > row.title.size() && tile.label.rfind(row.title, 0) == 0;
  return ascii(repeats ? tile.label.substr(row.title.size()) : tile.label);
}

/// All of the label: two chains may differ in any of their steps.
std::vector<std::string> label_lines(const std::string& label, const Layout& layout) {
  const int stroke = label_stroke(layout);
  std::vector<std::string> lines{""};
  for (const std::string& piece : pieces_of(label)) {
    const bool fits = text_width(lines.back() + piece, layout.label_cap, stroke) <= layout.tile;
    if (!fits && !lines.back().empty()) lines.emplace_back();
    lines.back() += fitted(piece, layout.tile, layout.label_cap, stroke);
  }
  return lines;
}

int label_line_height(const Layout& layout) { return layout.label_cap * 7 / 4; }

/// Of the tile and the labels below.
int row_height(const TileRow& row, const Layout& layout) {
  std::size_t most_lines = 1;
  for (const Tile& tile : row.tiles)
    most_lines = std::max(most_lines, label_lines(short_label(tile, row), layout).size());
  return layout.tile + layout.label_cap * 5 / 2 +
         static_cast<int>(most_lines - 1) * label_line_height(layout);
}

void draw_tile(cv::Mat& sheet, const Tile& tile, const std::string& label, const cv::Point& corner,
               const Layout& layout) {
  draw_picture(sheet, tile.image, {corner, cv::Size(layout.tile, layout.tile)});
  const int stroke = label_stroke(layout);
  int baseline = corner.y + layout.tile;
  for (const std::string& line : label_lines(label, layout)) {
    baseline += label_line_height(layout);
    const int x = corner.x + (layout.tile - text_width(line, layout.label_cap, stroke)) / 2;
    draw_text(sheet, line, x, baseline, layout.label_cap, stroke, kFaintInk);
  }
}

void draw_row(cv::Mat& sheet, const TileRow& row, int top, const Layout& layout) {
  const std::vector<std::string> lines = title_lines(row);
  const int line_height = layout.title_cap * 7 / 4;
  int baseline =
      top + (layout.tile + layout.title_cap - (static_cast<int>(lines.size()) - 1) * line_height) / 2;
  for (const std::string& line : lines) {
    draw_text(sheet, line, layout.margin, baseline, layout.title_cap, title_stroke(layout), kInk);
    baseline += line_height;
  }
  for (std::size_t i = 0; i < row.tiles.size(); ++i) {
    const int left =
        layout.margin + layout.title_width + static_cast<int>(i) * (layout.tile + layout.gap);
    draw_tile(sheet, row.tiles[i], short_label(row.tiles[i], row), {left, top}, layout);
  }
}

}  // namespace

Image contact_sheet(const std::vector<TileRow>& rows, int tile_px) {
  ROBENCH_ASSERT(tile_px > 0);
  const Layout layout = layout_of(rows, tile_px);
  const int columns = static_cast<int>(layout.columns);
  const int width = 2 * layout.margin + layout.title_width + columns * layout.tile +
                    std::max(0, columns - 1) * layout.gap;
  int height = 2 * layout.margin + std::max(0, static_cast<int>(rows.size()) - 1) * layout.gap * 2;
  for (const TileRow& row : rows) height += row_height(row, layout);
  cv::Mat sheet(height, width, CV_8UC3, kWhite);
  int top = layout.margin;
  for (const TileRow& row : rows) {
    if (top > layout.margin) {
      const int y = top - layout.gap;
      cv::line(sheet, {layout.margin, y}, {width - layout.margin - 1, y}, kRule);
    }
    draw_row(sheet, row, top, layout);
    top += row_height(row, layout) + layout.gap * 2;
  }
  return Image(sheet);
}

}  // namespace robench
