// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace robench {

/// A curve that never falls: linear between its knots, constant outside of them.
struct MonotoneCurve {
  std::vector<double> x;                        // strictly ascending
  std::vector<double> y;                        // never falling
  [[nodiscard]] double at(double x_new) const;  ///< NaN without knots or for NaN
};

/// The never falling curve nearest to (x, y) in weighted least squares, by pooling adjacent violators
/// (Ayer et al. 1955, Annals of Mathematical Statistics 26:641; as a calibration: Zadrozny and Elkan
/// 2002, KDD). Equal x are averaged first. Knots are the first and last x of each pooled block.
/// weight: >= 0, or empty for 1 each; what weighs 0 is left out. Requires: equal lengths, finite values.
[[nodiscard]] MonotoneCurve isotonic_regression(std::span<const double> x, std::span<const double> y,
                                                std::span<const double> weight = {});

}  // namespace robench
