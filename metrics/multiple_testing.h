// SPDX-License-Identifier: Apache-2.0
// Many tests at once: adjusted p-values, in the order of the input.
#pragma once

#include <span>
#include <vector>

namespace robench {

/// Holm 1979 ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6:65): rejecting where the adjusted p <= alpha keeps the chance of any false rejection
/// at alpha, whatever the dependence. A NaN (a test that could not be made) stays NaN and does not
/// count. Requires: every other p lies in [0, 1].
[[nodiscard]] std::vector<double> holm(std::span<const double> p);

/// Benjamini and Hochberg 1995 (Journal of the Royal Statistical Society B 57:289): rejecting where the
/// adjusted p <= q keeps the expected share of false rejections at q, for tests that are independent or
/// positively dependent. NaN as above.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p);

}  // namespace robench
