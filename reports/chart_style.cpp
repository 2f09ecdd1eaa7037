// SPDX-License-Identifier: Apache-2.0
#include "reports/chart_style.h"

#include <array>

#include <fmt/format.h>

namespace robench {
namespace {

struct Style {
  const char* colour;
  const char* dash;
  const char* marker;  // path around 0 0
};

constexpr const char* kCircle = "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z";
constexpr const char* kSquare = "M-2.9 -2.9h5.8v5.8h-5.8z";
constexpr const char* kTriangle = "M0 -3.8L3.7 2.8H-3.7z";
constexpr const char* kDiamond = "M0 -4.1L4.1 0L0 4.1L-4.1 0z";
constexpr const char* kPlus = "M-1.1 -3.8h2.2v2.7h2.7v2.2h-2.7v2.7h-2.2v-2.7h-2.7v-2.2h2.7z";
constexpr const char* kDown = "M0 3.8L3.7 -2.8H-3.7z";
constexpr const char* kBar = "M-3.8 -1.4h7.6v2.8h-7.6z";

constexpr std::array<Style, 8> kStyles = {{{"#0072B2", "", kCircle},
                                           {"#D55E00", "6 3", kSquare},
                                           {"#009E73", "2 2.5", kTriangle},
                                           {"#CC79A7", "8 3 2 3", kDiamond},
                                           {"#E69F00", "10 4", kPlus},
                                           {"#56B4E9", "4 2", kDown},
                                           {"#000000", "1 2", kBar},
                                           {"#6B7280", "", kCircle}}};

int place_of(int style) { return style == kNeutralStyle ? style : style % kNeutralStyle; }

const Style& style_of(int style) { return kStyles[static_cast<std::size_t>(place_of(style))]; }

}  // namespace

const char* series_colour(int style) { return style_of(style).colour; }

std::string series_class(int style) { return fmt::format("c{}", place_of(style)); }

const char* series_dash(int style) { return style_of(style).dash; }

std::string series_marker(int style, double x, double y, const std::string& inside,
                          const std::string& attributes) {
  return fmt::format("<path class=\"pt\"{} transform=\"translate({:.1f} {:.1f})\" d=\"{}\">{}</path>",
                     attributes, x, y, style_of(style).marker, inside);
}

}  // namespace robench
