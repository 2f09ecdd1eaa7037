// SPDX-License-Identifier: Apache-2.0
// Two questions that one distance from typical embeddings mixes up: is the *picture* unlike those of the
// calibration (bad light, blur), or the *person* (a population that it has not seen)?
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "metrics/confidence/normal_scores.h"
#include "metrics/confidence/outlier_score.h"
#include "metrics/confidence/quality_model.h"
#include "metrics/confidence/tail_scores.h"

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

/// Both flags, fitted; plain numbers throughout.
struct OutlierFlags {
  std::vector<NormalScores> scale;  // of each image measure
  std::vector<TailScores> tails;    // of each image measure
  OutlierTest capture;              // the model on the normal scores; the reference of the whole score
  NormalScores distance;            // of the model's own scores of its rows
  QualityModel faultless;           // log odds of a clean picture against a perturbed one; may be empty
  NormalScores faults;              // of minus those log odds of clean pictures
  Eigen::MatrixXd kept;             // dim x k, orthonormal columns: directions that capture moves little
  OutlierTest population;           // on unit embeddings times `kept`
};

/// Population: embeddings are brought to unit length (their length tells of the picture), the directions
/// in which perturbing the pictures of one half of the people moved them most are cut out (a sixteenth
/// of all, own), and the squared Mahalanobis distance is taken from that half's clean and perturbed
/// embeddings together, so that the spread that light makes counts as usual.
///
/// Capture: a picture may be odd as a whole (distance of the measures' normal scores to the 5th nearest
/// clean picture of that half), in one measure alone, which a distance over all of them would hide
/// (TailScores, Bonferroni over the measures), or in the way in which that half's perturbed pictures
/// differ from its clean ones (a quality model of the measures). The score is -log of the smallest of
/// the three p (Tippett 1931, "The Methods of Statistics").
///
/// Both are calibrated on *clean* pictures of the other half: alarms on clean faces of new people are at
/// their level, those of the population flag on bad light are measured, not promised. Without perturbed
/// rows nothing is cut or learned. Needs 40 subjects.
[[nodiscard]] OutlierFlags fit_outlier_flags(const FlagCalibration& calibration, std::uint64_t seed);

/// One per row: larger score, smaller p = atypical.
struct FlagValues {
  std::vector<double> capture_score, capture_p;
  std::vector<double> population_score, population_p;
};
[[nodiscard]] FlagValues judge_flags(const OutlierFlags& flags, const Eigen::MatrixXd& embedding,
                                     const Eigen::MatrixXd& capture);

/// Which flag to show of one picture: capture where capture_p <= level, else population where
/// population_p <= level: a face that cannot be seen well says nothing of its population. A typical
/// picture is flagged by either with at most twice the level.
enum class Flag { none, capture, population };
[[nodiscard]] Flag flag_of(double capture_p, double population_p, double level = 0.05);

}  // namespace robench
