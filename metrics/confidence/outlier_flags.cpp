// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/outlier_flags.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>

#include <boost/math/distributions/normal.hpp>

#include <Eigen/Eigenvalues>

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

OutlierTest population_test(const Eigen::MatrixXd& fitting, const Eigen::MatrixXd& reference,
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

std::vector<TailScores> tails_of(const Eigen::MatrixXd& capture) {
  std::vector<TailScores> tails;
  for (Eigen::Index k = 0; k < capture.cols(); ++k)
    tails.push_back(tail_scores({capture.col(k).data(), static_cast<std::size_t>(capture.rows())}));
  return tails;
}

/// -log of the upper p of a normal score; scores further out are one as odd as the other.
double oddness(double score) {
  constexpr double kFurthest = 30;
  return -std::log(
      boost::math::cdf(boost::math::complement(boost::math::normal(), std::min(score, kFurthest))));
}

std::vector<NormalScores> scales_of(const Eigen::MatrixXd& capture) {
  std::vector<NormalScores> scales;
  for (Eigen::Index k = 0; k < capture.cols(); ++k)
    scales.push_back(normal_scores({capture.col(k).data(), static_cast<std::size_t>(capture.rows())}));
  return scales;
}

Eigen::MatrixXd scaled(const std::vector<NormalScores>& scale, const Eigen::MatrixXd& capture) {
  ROBENCH_ASSERT(static_cast<std::size_t>(capture.cols()) == scale.size());
  Eigen::MatrixXd scores = capture;
  for (Eigen::Index k = 0; k < capture.cols(); ++k)
    for (double& x : scores.col(k)) x = scale[k].at(x);
  return scores;
}

/// log p of the oddest measure, by Bonferroni.
double oddest_measure(const OutlierFlags& flags, const Eigen::RowVectorXd& measures) {
  double least = 0;
  for (std::size_t k = 0; k < flags.tails.size(); ++k)
    least = std::min(least, flags.tails[k].log_p(measures[static_cast<Eigen::Index>(k)]));
  return least + std::log(static_cast<double>(flags.tails.size()));
}

double fault_score(const QualityModel& faultless, const Eigen::RowVectorXd& measures) {
  return -usable_log_odds(faultless, std::span(measures.data(), faultless.mean.size()));
}

std::vector<double> capture_scores(const OutlierFlags& flags, const Eigen::MatrixXd& capture) {
  std::vector<double> scores = outlier_scores(flags.capture.model, scaled(flags.scale, capture));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const Eigen::RowVectorXd measures = capture.row(static_cast<Eigen::Index>(i));
    scores[i] = std::max(oddness(flags.distance.at(scores[i])), -oddest_measure(flags, measures));
    if (!flags.faultless.mean.empty())
      scores[i] = std::max(scores[i], oddness(flags.faults.at(fault_score(flags.faultless, measures))));
  }
  return scores;
}

/// How the perturbed pictures of the fitting half differ from its clean ones.
void fit_faults(OutlierFlags& flags, const FlagCalibration& calibration, const Sides& sides,
                std::uint64_t seed) {
  std::vector<int> clean;
  std::vector<int> subject;
  for (const Eigen::Index row : sides.fitting) {
    clean.push_back(calibration.clean_row[row] == row ? 1 : 0);
    subject.push_back(calibration.subject[row]);
  }
  if (std::count(clean.begin(), clean.end(), 0) == 0) return;
  std::vector<std::string> names;
  for (Eigen::Index k = 0; k < calibration.capture.cols(); ++k) names.push_back(std::to_string(k));
  flags.faultless = fit_quality_model(rows_at(calibration.capture, sides.fitting), clean, subject,
                                      std::move(names), seed);
  if (flags.faultless.mean.empty()) return;
  std::vector<double> of_clean;
  for (const Eigen::Index row : sides.fitting_clean)
    of_clean.push_back(fault_score(flags.faultless, calibration.capture.row(row)));
  flags.faults = normal_scores(of_clean);
}

void fit_capture(OutlierFlags& flags, const FlagCalibration& calibration, const Sides& sides,
                 std::uint64_t seed) {
  const Eigen::MatrixXd fitting = rows_at(calibration.capture, sides.fitting_clean);
  flags.scale = scales_of(fitting);
  flags.tails = tails_of(fitting);
  flags.capture.model = fit_outlier_model(OutlierScore::knn, scaled(flags.scale, fitting));
  flags.distance = normal_scores(own_outlier_scores(flags.capture.model));
  fit_faults(flags, calibration, sides, seed);
  flags.capture.reference = conformal_reference(
      capture_scores(flags, rows_at(calibration.capture, sides.reference)), sides.reference_subject);
}

}  // namespace

OutlierFlags fit_outlier_flags(const FlagCalibration& calibration, std::uint64_t seed) {
  ROBENCH_ASSERT(std::set<int>(calibration.subject.begin(), calibration.subject.end()).size() >=
                 kLeastSubjects);
  ROBENCH_ASSERT(calibration.embedding.rows() == calibration.capture.rows() &&
                 calibration.subject.size() == calibration.clean_row.size());
  const Sides sides = sides_of(calibration, seed);
  OutlierFlags flags;
  fit_capture(flags, calibration, sides, seed);
  const Eigen::MatrixXd unit = unit_rows(calibration.embedding);
  flags.kept = kept_directions(calibration, unit, sides);
  const Eigen::MatrixXd face = unit * flags.kept;
  flags.population =
      population_test(rows_at(face, sides.fitting), rows_at(face, sides.reference), sides);
  return flags;
}

FlagValues judge_flags(const OutlierFlags& flags, const Eigen::MatrixXd& embedding,
                       const Eigen::MatrixXd& capture) {
  const auto p_of = [](const OutlierTest& test, std::vector<double> scores) {
    for (double& score : scores) score = conformal_p(test.reference, score, Tail::upper);
    return scores;
  };
  FlagValues values;
  values.capture_score = capture_scores(flags, capture);
  values.capture_p = p_of(flags.capture, values.capture_score);
  values.population_score = outlier_scores(flags.population.model, unit_rows(embedding) * flags.kept);
  values.population_p = p_of(flags.population, values.population_score);
  return values;
}

Flag flag_of(double capture_p, double population_p, double level) {
  if (capture_p <= level) return Flag::capture;
  return population_p <= level ? Flag::population : Flag::none;
}

}  // namespace robench
