// SPDX-License-Identifier: Apache-2.0
// How far is a vector from a reference set? Larger = more of an outlier, for every score.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "metrics/confidence/conformal.h"

namespace robench {

enum class OutlierScore {
  mahalanobis,           // squared, with the covariance shrunk by Ledoit and Wolf 2004
  relative_mahalanobis,  // minus that of a background fit (Ren et al. 2021, arXiv 2106.09022)
  knn,                   // Euclidean distance to the 5th nearest reference row
  cosine,                // 1 - cosine to the mean of the reference
  reconstruction,        // distance from the principal subspace that holds 90 % of the variance
};
[[nodiscard]] std::string_view to_string(OutlierScore score);

/// A fitted score as plain numbers; members that the kind does not need are empty.
struct OutlierModel {
  OutlierScore kind = OutlierScore::mahalanobis;
  Eigen::VectorXd mean;
  Eigen::MatrixXd whitening;  // k x dim: squared Mahalanobis = |whitening (x - mean)|^2; principal
                              // directions as rows for reconstruction
  Eigen::VectorXd background_mean;
  Eigen::MatrixXd background_whitening;
  Eigen::MatrixXd rows;  // knn: the reference itself
};

/// reference: n x dim, n >= 10, finite. background: rows of a wider population of the same dim, for
/// relative_mahalanobis only.
[[nodiscard]] OutlierModel fit_outlier_model(OutlierScore kind, const Eigen::MatrixXd& reference,
                                             const Eigen::MatrixXd& background = {});

/// Of each row of n x dim; not for the rows that the model was fitted on, which look too typical.
[[nodiscard]] std::vector<double> outlier_scores(const OutlierModel& model, const Eigen::MatrixXd& rows);

/// Of the reference rows themselves, each without itself. Requires: knn, 6 rows or more.
[[nodiscard]] std::vector<double> own_outlier_scores(const OutlierModel& model);

/// Which side of a split each row falls on: true = its subject is among the share, rounded down, that a
/// model is fitted on; drawn by a seeded hash. Requires: subjects >= 0.
[[nodiscard]] std::vector<bool> fitting_side(std::span<const int> subject, std::uint64_t seed,
                                             double fit_share = 0.5);

/// A score with its conformal calibration. Subjects are dealt to two sides by a seeded hash: the model
/// is fitted on one and the reference scores are those of the other, so that a new subject's score is
/// exchangeable with them. Fitted and calibrated on the same rows it would not be, and alarms would
/// exceed their level.
struct OutlierTest {
  OutlierModel model;
  ConformalReference reference;
};
/// subject: of each row; fit_share: of the subjects, in (0, 1). background as above.
[[nodiscard]] OutlierTest fit_outlier_test(OutlierScore kind, const Eigen::MatrixXd& rows,
                                           std::span<const int> subject, std::uint64_t seed,
                                           double fit_share = 0.5,
                                           const Eigen::MatrixXd& background = {});

/// Conformal p of each row: small = flagged as atypical, valid for one row of a new subject.
/// Adjust a batch by benjamini_hochberg() (metrics/multiple_testing.h).
[[nodiscard]] std::vector<double> outlier_p(const OutlierTest& test, const Eigen::MatrixXd& rows);

}  // namespace robench
