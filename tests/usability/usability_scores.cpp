// SPDX-License-Identifier: Apache-2.0
#include "tests/usability/usability_scores.h"

#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "metrics/subject_bootstrap.h"
#include "metrics/threshold.h"
#include "models/embedder.h"
#include "suites/trust/face_reading.h"

namespace robench::usability {
namespace {

constexpr double kFmr = 1e-3;
constexpr int kJudgingFold = 3;

Threshold threshold_of(const Study& study, std::size_t model) {
  const Experiment& experiment = study.experiment;
  std::vector<Sample> samples;
  std::vector<AcquiredFace> faces;
  std::vector<Eigen::Index> rows;
  for (std::size_t row = 0; row < study.fold.size(); ++row) {
    if (study.fold[row] < 0 || study.fold[row] >= kJudgingFold) continue;
    samples.push_back(experiment.data.samples[row]);
    faces.push_back(experiment.faces[row]);
    rows.push_back(static_cast<Eigen::Index>(row));
  }
  EmbeddingTable clean;
  clean.vectors.resize(static_cast<Eigen::Index>(rows.size()), study.clean[model].vectors.cols());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    clean.vectors.row(static_cast<Eigen::Index>(k)) = study.clean[model].vectors.row(rows[k]);
    clean.status.push_back(study.clean[model].status[static_cast<std::size_t>(rows[k])]);
  }
  const std::array<double, 1> target{kFmr};
  return thresholds_from_data(
             target, experiment.cards[model].comparison,
             make_evaluation_data(std::move(samples), std::move(faces), {}, {}, experiment.suite.seed),
             clean)
      .front();
}

PictureReadings rows_at(const PictureReadings& readings, const std::vector<std::size_t>& pictures) {
  const std::vector<Eigen::Index> rows(pictures.begin(), pictures.end());
  return {readings.measures(rows, Eigen::all), readings.member_deg(rows, Eigen::all),
          readings.confidence(rows, Eigen::all), readings.ensemble_mean(rows, Eigen::all),
          readings.vectors(rows, Eigen::all)};
}

/// As covariates() of a FaceReading gives them.
Eigen::MatrixXd covariates_of(const PictureReadings& readings) {
  Eigen::MatrixXd covariates(readings.measures.rows(), std::ssize(covariate_names()));
  covariates.leftCols(readings.measures.cols()) = readings.measures;
  for (Eigen::Index row = 0; row < covariates.rows(); ++row) {
    const Eigen::VectorXd angles = readings.member_deg.row(row).transpose();
    const std::vector<double> answers =
        answer_covariates(std::span(angles.data(), angles.size()), readings.vectors.row(row).norm(),
                          readings.ensemble_mean.row(row).norm(), readings.confidence(row, 0));
    for (std::size_t k = 0; k < answers.size(); ++k)
      covariates(row, readings.measures.cols() + static_cast<Eigen::Index>(k)) = answers[k];
  }
  return covariates;
}

Eigen::RowVectorXf clean_vector(const Study& study, std::size_t model, std::size_t row) {
  return study.clean[model].vectors.row(static_cast<Eigen::Index>(row));
}

double score_with(const Study& study, std::size_t model, std::size_t row,
                  const Eigen::RowVectorXf& vector) {
  const ModelCard& card = study.experiment.cards[model];
  return similarity(card.comparison, clean_vector(study, model, row).data(), vector.data(), card.dim);
}

/// Of the scores with all of the person's clean references: one odd reference does not decide.
double mated_score(const Study& study, std::size_t model, const Picture& picture,
                   const Eigen::RowVectorXf& vector) {
  std::vector<double> scores;
  for (const std::size_t partner : picture.partners)
    scores.push_back(score_with(study, model, partner, vector));
  return quantile(std::move(scores), 0.5);
}

}  // namespace

ScoredPictures scored_pictures(const Study& study, std::size_t model, const PictureReadings& readings) {
  const Experiment& experiment = study.experiment;
  const Threshold threshold = threshold_of(study, model);
  ScoredPictures scored;
  scored.threshold = threshold.pooled;
  scored.non_mated = threshold.non_mated;
  std::set<int> usable_clean;
  std::vector<Eigen::RowVector2d> truth;
  for (std::size_t i = 0; i < study.pictures.size(); ++i) {
    const Picture& picture = study.pictures[i];
    const Eigen::RowVectorXf vector = readings.vectors.row(static_cast<Eigen::Index>(i)).cast<float>();
    if (!vector.allFinite()) continue;
    scored.picture.push_back(i);
    scored.family.push_back(study.family(picture));
    scored.severity.push_back(
        static_cast<int>(experiment.suite.conditions[picture.condition].severity().value_or(0)));
    scored.person.push_back(picture.person);
    scored.judges.push_back(picture.judges);
    scored.score.push_back(mated_score(study, model, picture, vector));
    scored.usable.push_back(scored.score.back() >= scored.threshold ? 1 : 0);
    truth.emplace_back(score_with(study, model, picture.row, vector),
                       mated_score(study, model, picture, clean_vector(study, model, picture.row)));
    if (picture.condition == 0 && scored.usable.back() != 0) usable_clean.insert(picture.person);
  }
  for (const int person : scored.person)
    scored.usable_when_clean.push_back(usable_clean.count(person) > 0);
  scored.readings = rows_at(readings, scored.picture);
  scored.covariates = covariates_of(scored.readings);
  scored.truth.resize(std::ssize(truth), 2);
  for (std::size_t i = 0; i < truth.size(); ++i)
    scored.truth.row(static_cast<Eigen::Index>(i)) = truth[i];
  return scored;
}

std::string scored_csv(const Study& study, const ScoredPictures& scored) {
  std::string text =
      "picture,family,severity,person,judges,references,score,usable,score_with_itself,score_of_clean\n";
  for (std::size_t i = 0; i < scored.picture.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", scored.picture[i], scored.family[i],
                        scored.severity[i], scored.person[i], scored.judges[i] ? 1 : 0,
                        study.pictures[scored.picture[i]].partners.size(), scored.score[i],
                        scored.usable[i], scored.truth(row, 0), scored.truth(row, 1));
  }
  return text;
}

}  // namespace robench::usability
