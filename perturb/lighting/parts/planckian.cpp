// SPDX-License-Identifier: Apache-2.0
#include "perturb/lighting/parts/planckian.h"

#include "perturb/error.h"

namespace robench {
namespace {

// ((a t + b) t + c) t + d
double cubic(double t, double a, double b, double c, double d) { return ((a * t + b) * t + c) * t + d; }

}  // namespace

Chromaticity planckian_chromaticity(double kelvin) {
  ROBENCH_ASSERT(kelvin >= 1667 && kelvin <= 25000);
  const double t = 1e3 / kelvin;
  const double x = kelvin <= 4000 ? cubic(t, -0.2661239, -0.2343589, 0.8776956, 0.179910)
                                  : cubic(t, -3.0258469, 2.1070379, 0.2226347, 0.240390);
  if (kelvin <= 2222) return {x, cubic(x, -1.1063814, -1.34811020, 2.18555832, -0.20219683)};
  if (kelvin <= 4000) return {x, cubic(x, -0.9549476, -1.37418593, 2.09137015, -0.16748867)};
  return {x, cubic(x, 3.0817580, -5.87338670, 3.75112997, -0.37001483)};
}

std::array<double, 3> planckian_linear_rgb(double kelvin) {
  const auto [x, y] = planckian_chromaticity(kelvin);
  const double big_x = x / y;
  const double big_z = (1 - x - y) / y;
  // XYZ to linear sRGB, IEC 61966-2-1.
  return {3.2406 * big_x - 1.5372 - 0.4986 * big_z,   //
          -0.9689 * big_x + 1.8758 + 0.0415 * big_z,  //
          0.0557 * big_x - 0.2040 + 1.0570 * big_z};
}

}  // namespace robench
