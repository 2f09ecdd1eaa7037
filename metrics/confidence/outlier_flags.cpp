// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/outlier_flags.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <Eigen/Eigenvalues>

#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr std::size_t kLeastSubjects = 40;
constexpr Eigen::Index kCutShare = 16;  // one direction in so many is cut out

Eigen::MatrixXd unit_rows(const Eigen::MatrixXd& rows) { return rows.rowwise().normalized(); }

Eigen::MatrixXd rows_at(const Eigen::MatrixXd& rows, const std::vector<Eigen::Index>& places) {
  Eigen::MatrixXd part(static_cast<Eigen::Index>(places.size()), rows.cols());
  for (std::size_t k = 0; k < places.size(); ++k)
    part.row(static_cast<Eigen::Index>(k)) = rows.row(places[k]);
  return part;
}

/// Rows of the calibration by what they are for.
struct Sides {
  std::vector<Eigen::Index> fitting;        // of the one half
  std::vector<Eigen::Index> fitting_clean;  // of them
  std::vector<Eigen::Index> reference;      // clean rows of the other half
  std::vector<int> reference_subject;
};

Sides sides_of(const FlagCalibration& calibration, std::uint64_t seed) {
  const std::vector<bool> fits = fitting_side(calibration.subject, seed);
  Sides sides;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const bool clean = calibration.clean_row[i] == static_cast<int>(i);
    if (fits[i]) {
      sides.fitting.push_back(row);
      if (clean) sides.fitting_clean.push_back(row);
    } else if (clean) {
      sides.reference.push_back(row);
      sides.reference_subject.push_back(calibration.subject[i]);
    }
  }
  return sides;
}

OutlierTest test_of(const Eigen::MatrixXd& fitting, const Eigen::MatrixXd& reference,
                    const Sides& sides) {
  OutlierTest test;
  test.model = fit_outlier_model(OutlierScore::mahalanobis, fitting);
  test.reference = conformal_reference(outlier_scores(test.model, reference), sides.reference_subject);
  return test;
}

/// All directions but those in which perturbing moved the embeddings of the fitting half most.
Eigen::MatrixXd kept_directions(const FlagCalibration& calibration, const Eigen::MatrixXd& unit,
                                const Sides& sides) {
  const Eigen::Index dim = unit.cols();
  Eigen::MatrixXd scatter = Eigen::MatrixXd::Zero(dim, dim);
  for (const Eigen::Index row : sides.fitting) {
    const Eigen::Index clean = calibration.clean_row[row];
    if (clean == row) continue;
    const Eigen::VectorXd drift = (unit.row(row) - unit.row(clean)).transpose();
    scatter.selfadjointView<Eigen::Lower>().rankUpdate(drift);
  }
  if (scatter.trace() == 0) return Eigen::MatrixXd::Identity(dim, dim);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      scatter);  // ascending, reads the lower half
  return solver.eigenvectors().leftCols(dim - dim / kCutShare);
}

CaptureScaling scaling_of(const Eigen::MatrixXd& capture) {
  CaptureScaling scaling{Eigen::VectorXd(capture.cols()), Eigen::VectorXd(capture.cols())};
  for (Eigen::Index k = 0; k < capture.cols(); ++k) {
    std::vector<double> known;
    for (const double x : capture.col(k))
      if (!std::isnan(x)) known.push_back(x);
    const double median = known.empty() ? 0 : quantile(known, 0.5);
    std::vector<double> deviation;
    for (const double x : known) deviation.push_back(std::abs(x - median));
    double scale = deviation.empty() ? 0 : 1.4826 * quantile(deviation, 0.5);
    if (scale == 0) scale = std::sqrt(variance_of(known));
    scaling.median[k] = median;
    scaling.scale[k] = scale > 0 ? scale : 1;
  }
  return scaling;
}

}  // namespace

Eigen::MatrixXd scaled_capture(const CaptureScaling& scaling, const Eigen::MatrixXd& capture) {
  ROBENCH_ASSERT(capture.cols() == scaling.median.size());
  Eigen::MatrixXd scaled = capture;
  for (Eigen::Index k = 0; k < capture.cols(); ++k)
    for (double& x : scaled.col(k)) x = std::isnan(x) ? 0 : (x - scaling.median[k]) / scaling.scale[k];
  return scaled;
}

OutlierFlags fit_outlier_flags(const FlagCalibration& calibration, std::uint64_t seed) {
  ROBENCH_ASSERT(std::set<int>(calibration.subject.begin(), calibration.subject.end()).size() >=
                 kLeastSubjects);
  ROBENCH_ASSERT(calibration.embedding.rows() == calibration.capture.rows() &&
                 calibration.subject.size() == calibration.clean_row.size());
  const Sides sides = sides_of(calibration, seed);
  OutlierFlags flags;
  flags.scaling = scaling_of(rows_at(calibration.capture, sides.fitting_clean));
  const Eigen::MatrixXd scaled = scaled_capture(flags.scaling, calibration.capture);
  flags.capture = test_of(rows_at(scaled, sides.fitting_clean), rows_at(scaled, sides.reference), sides);
  const Eigen::MatrixXd unit = unit_rows(calibration.embedding);
  flags.kept = kept_directions(calibration, unit, sides);
  const Eigen::MatrixXd face = unit * flags.kept;
  flags.population = test_of(rows_at(face, sides.fitting), rows_at(face, sides.reference), sides);
  return flags;
}

FlagValues judge_flags(const OutlierFlags& flags, const Eigen::MatrixXd& embedding,
                       const Eigen::MatrixXd& capture) {
  const auto p_of = [](const OutlierTest& test, std::vector<double> scores) {
    for (double& score : scores) score = conformal_p(test.reference, score, Tail::upper);
    return scores;
  };
  FlagValues values;
  values.capture_score = outlier_scores(flags.capture.model, scaled_capture(flags.scaling, capture));
  values.capture_p = p_of(flags.capture, values.capture_score);
  values.population_score = outlier_scores(flags.population.model, unit_rows(embedding) * flags.kept);
  values.population_p = p_of(flags.population, values.population_score);
  return values;
}

}  // namespace robench
