// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace robench {

/// CIE 1931 chromaticity of a black body.
struct Chromaticity {
  double x = 0;
  double y = 0;
};

/// The Planckian locus by the cubic splines of Kim et al., "Design of advanced color temperature control
/// system for HDTV applications", J. Korean Phys. Soc. 41 (2002) 865-871; off the locus by less than
/// 0.001 in x and y. Requires: kelvin in [1667, 25000], the range of the splines.
[[nodiscard]] Chromaticity planckian_chromaticity(double kelvin);

/// Linear sRGB (red, green, blue) of that light at luminance Y = 1. Blue is negative below about 1900 K:
/// the light lies outside of the sRGB gamut.
[[nodiscard]] std::array<double, 3> planckian_linear_rgb(double kelvin);

}  // namespace robench
