// SPDX-License-Identifier: Apache-2.0
// Each family of harms is judged by what was fitted without it, on other people.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/usability/usability_scores.h"

namespace robench::usability {

using Rows = std::vector<std::size_t>;  // of ScoredPictures

/// Fits on the first rows and says of each of the second how usable it is (larger = more).
using Fit = std::function<std::vector<double>(const ScoredPictures&, const Rows&, const Rows&)>;

/// One number per judged row, in the order of judged_rows(): each family by a fit on calibrating people
/// under the other families and clean, clean pictures by a fit on all.
[[nodiscard]] std::vector<double> judged_by(const Fit& fit, const ScoredPictures& scored);
/// Rows of people who judge, clean ones last.
[[nodiscard]] Rows judged_rows(const ScoredPictures& scored);

/// Prints, as Markdown: AUROC by family and pooled with the paired difference to each single measure,
/// and error versus discard.
void print_usability(const Study& study, std::size_t model, const ScoredPictures& scored);

}  // namespace robench::usability
