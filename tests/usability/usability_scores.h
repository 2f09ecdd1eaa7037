// SPDX-License-Identifier: Apache-2.0
// Which pictures are usable, and the numbers that this can be told from.
#pragma once

#include "tests/usability/usability_pictures.h"

namespace robench::usability {

/// The pictures in which the face was found, as one model sees them; parallel vectors and rows.
struct ScoredPictures {
  double threshold = 0;  // at a false match rate of 1e-3 on clean photographs of folds 1 to 3
  std::int64_t non_mated = 0;
  std::vector<std::size_t> picture;  // of Study::pictures
  std::vector<std::string> family;
  std::vector<int> severity;
  std::vector<int> person;
  std::vector<bool> judges;
  std::vector<double> score;  // median of those with the person's clean references
  std::vector<int> usable;    // the score reaches the threshold
  /// The person's clean picture is usable: what makes another one unusable is then not the reference,
  /// nor the pose or age between the two photographs.
  std::vector<bool> usable_when_clean;
  PictureReadings readings;
  Eigen::MatrixXd covariates;  // covariate_names()
  /// What nobody knows of a single picture, to see how much could be told from it at all. n x 2: score
  /// with the clean photograph that it was made of (a clean one: with itself); score of that clean
  /// photograph.
  Eigen::MatrixXd truth;
};
[[nodiscard]] ScoredPictures scored_pictures(const Study& study, std::size_t model,
                                             const PictureReadings& readings);

/// One line per picture, for a look by other programs.
[[nodiscard]] std::string scored_csv(const Study& study, const ScoredPictures& scored);

}  // namespace robench::usability
