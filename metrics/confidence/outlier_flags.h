// SPDX-License-Identifier: Apache-2.0
// Two questions that one distance from typical embeddings mixes up: is the *picture* unlike those of the
// calibration (bad light, blur), or the *person* (a population that it has not seen)?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/confidence/outlier_score.h"

namespace robench {

/// What the flags are calibrated on. Row i of every table is one picture; clean pictures and perturbed
/// ones of the same people.
struct FlagCalibration {
  Eigen::MatrixXd embedding;  // n x dim
  Eigen::MatrixXd capture;    // n x m image measures (sharpness, brightness, ...); NaN = not assessed
  std::vector<int> subject;   // index of the person
  std::vector<int>
      clean_row;  // of a perturbed picture: the row of its clean one; of a clean one: itself
};

/// Image measures, standardised by robust location and scale of the clean calibration, NaN = the median.
struct CaptureScaling {
  Eigen::VectorXd median;
  Eigen::VectorXd scale;  // 1.4826 x median absolute deviation; where 0, the standard deviation or 1
};
[[nodiscard]] Eigen::MatrixXd scaled_capture(const CaptureScaling& scaling,
                                             const Eigen::MatrixXd& capture);

/// The part of an embedding that capture does not move: the directions in which perturbing the
/// calibration pictures moved their embeddings most are cut out, and what a ridge regression on the
/// image measures explains of the rest is subtracted. Plain numbers.
struct CaptureFreeSpace {
  Eigen::MatrixXd basis;         // dim x k, orthonormal columns: what is kept
  Eigen::VectorXd mean;          // of the clean calibration embeddings
  Eigen::MatrixXd regression;    // m x k, on scaled_capture()
  Eigen::RowVectorXd intercept;  // k
};
[[nodiscard]] Eigen::MatrixXd capture_free(const CaptureFreeSpace& space,
                                           const Eigen::MatrixXd& embedding,
                                           const Eigen::MatrixXd& scaled);

/// Both flags, fitted; plain numbers throughout.
struct OutlierFlags {
  CaptureScaling scaling;
  OutlierTest capture;  // on scaled_capture() of clean pictures
  CaptureFreeSpace space;
  OutlierTest
      population;  // on capture_free(); its reference scores are of clean and perturbed pictures,
                   // each subject weighing 1, so that known bad light alone does not flag
};
/// Needs at least 40 subjects. Perturbed rows may be absent (no direction is cut out then).
[[nodiscard]] OutlierFlags fit_outlier_flags(const FlagCalibration& calibration, std::uint64_t seed);

struct FlagValues {
  std::vector<double> capture_score, capture_p;        // one per row
  std::vector<double> population_score, population_p;  // larger score, smaller p = atypical
};
[[nodiscard]] FlagValues judge_flags(const OutlierFlags& flags, const Eigen::MatrixXd& embedding,
                                     const Eigen::MatrixXd& capture);

}  // namespace robench
