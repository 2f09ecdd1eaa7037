// SPDX-License-Identifier: Apache-2.0
#include "perturb/lighting/parts/planckian.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace robench;

TEST_SUITE_BEGIN("perturb");

TEST_CASE("the Planckian locus at known points") {
  struct Known {
    double kelvin, x, y;
  };
  // Integrals of Planck's law over the CIE 1931 observer;
  // 2856 K is CIE illuminant A.
  for (const Known& known :
       {Known{2000, 0.5267, 0.4133}, Known{2856, 0.4476, 0.4074}, Known{4000, 0.3805, 0.3768},
        Known{6500, 0.3135, 0.3237}, Known{10000, 0.2807, 0.2884}, Known{20000, 0.2565, 0.2577}}) {
    CAPTURE(known.kelvin);
    const Chromaticity colour = planckian_chromaticity(known.kelvin);
    CHECK(std::abs(colour.x - known.x) < 1e-3);
    CHECK(std::abs(colour.y - known.y) < 1e-3);
  }
}

TEST_CASE("the splines meet where their pieces do") {
  for (const double joint : {2222.0, 4000.0}) {
    const Chromaticity below = planckian_chromaticity(joint);
    const Chromaticity above = planckian_chromaticity(joint + 1e-6);
    CHECK(std::abs(below.x - above.x) < 2e-4);
    CHECK(std::abs(below.y - above.y) < 2e-4);
  }
}

TEST_CASE("linear sRGB has luminance 1, and a warm light more red than blue") {
  for (const double kelvin : {2500.0, 6500.0, 12000.0}) {
    const auto [red, green, blue] = planckian_linear_rgb(kelvin);
    CHECK(0.2126 * red + 0.7152 * green + 0.0722 * blue == doctest::Approx(1.0).epsilon(1e-3));
    CHECK((red > blue) == (kelvin < 6600));
  }
}

TEST_SUITE_END();
