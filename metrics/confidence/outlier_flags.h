// SPDX-License-Identifier: Apache-2.0
// Two questions that one distance from typical embeddings mixes up: is the *picture* unlike those of the
// calibration (bad light, blur), or the *person* (a population that it has not seen)?
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "metrics/confidence/outlier_score.h"

namespace robench {

/// What the flags are calibrated on. Row i of every table is one picture; clean pictures and perturbed
/// ones of the same people.
struct FlagCalibration {
  Eigen::MatrixXd embedding;  // n x dim, none of length 0
  Eigen::MatrixXd capture;    // n x m image measures (sharpness, brightness, ...); NaN = not assessed
  std::vector<int> subject;   // index of the person
  std::vector<int>
      clean_row;  // of a perturbed picture: the row of its clean one; of a clean one: itself
};

/// Image measures, standardised by robust location and scale of the clean calibration; NaN = the median.
struct CaptureScaling {
  Eigen::VectorXd median;
  Eigen::VectorXd scale;  // 1.4826 x median absolute deviation; where 0, the standard deviation, or 1
};
[[nodiscard]] Eigen::MatrixXd scaled_capture(const CaptureScaling& scaling,
                                             const Eigen::MatrixXd& capture);

/// Both flags, fitted; plain numbers throughout.
struct OutlierFlags {
  CaptureScaling scaling;
  OutlierTest capture;     // on scaled_capture() of clean pictures
  Eigen::MatrixXd kept;    // dim x k, orthonormal columns: directions that capture moves little
  OutlierTest population;  // on unit embeddings times `kept`
};

/// Population: embeddings are brought to unit length (their length tells of the picture), the directions
/// in which perturbing the pictures of one half of the people moved them most are cut out (a sixteenth
/// of all, own), and the squared Mahalanobis distance is taken from that half's clean and perturbed
/// embeddings together, so that the spread that light makes counts as usual. Capture: squared
/// Mahalanobis distance of the image measures from the clean ones of that half. Both are calibrated on
/// *clean* pictures of the other half: alarms on clean faces of new people are exactly at their level,
/// those on bad light are measured, not promised. Without perturbed rows nothing is cut. Needs 40
/// subjects.
[[nodiscard]] OutlierFlags fit_outlier_flags(const FlagCalibration& calibration, std::uint64_t seed);

/// One per row: larger score, smaller p = atypical.
struct FlagValues {
  std::vector<double> capture_score, capture_p;
  std::vector<double> population_score, population_p;
};
[[nodiscard]] FlagValues judge_flags(const OutlierFlags& flags, const Eigen::MatrixXd& embedding,
                                     const Eigen::MatrixXd& capture);

}  // namespace robench
