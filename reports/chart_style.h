// SPDX-License-Identifier: Apache-2.0
// How a series looks. Colour is never the only difference: markers and dashes differ too.
#pragma once

#include <string>

namespace robench {

/// Colour of a series on white, "#0072B2". Okabe and Ito, "Color Universal Design" (2008): safe for the
/// colour-blind. Their yellow, too light on white, is left out.
[[nodiscard]] const char* series_colour(int style);
/// Its class in a page, "c0": styles repeat after seven.
[[nodiscard]] std::string series_class(int style);
/// Value of stroke-dasharray; "" = solid.
[[nodiscard]] const char* series_dash(int style);
/// A marker of the series at a place, as an SVG element that holds `inside`; `attributes` begin with a
/// space.
[[nodiscard]] std::string series_marker(int style, double x, double y, const std::string& inside,
                                        const std::string& attributes = "");

/// The style of what no model owns: grey, solid.
inline constexpr int kNeutralStyle = 7;

}  // namespace robench
