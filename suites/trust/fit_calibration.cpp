// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/fit_calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "metrics/confidence/ridge_logistic.h"
#include "metrics/confidence/usable_model.h"
#include "metrics/scores.h"
#include "metrics/threshold.h"
#include "models/digest.h"
#include "perturb/error.h"
#include "suites/trust/calibration_needs.h"

namespace robench {
namespace {

/// Bins of quality for the bands: each holds a fifth of the pictures, so that a small reference set
/// still has the subjects that a two-sided band needs.
constexpr int kBins = 5;
constexpr int kFolds = 5;
/// own: of the clean photographs; the worst tenth of them is what a second photograph is taken for.
constexpr double kKeptShare = 0.9;
/// fit_outlier_flags() needs so many subjects.
constexpr int kLeastSubjectsForFlags = 40;

/// The rows of the table of pictures that usability and bands are fitted on.
struct Fitted {
  std::vector<std::size_t> picture;
  UsableTraining training;
  std::vector<double> score;
  std::vector<double> drift;
};

class CalibrationFit {
 public:
  CalibrationFit(const Experiment& experiment, const std::vector<Condition>& conditions,
                 const CalibrationRequest& request)
      : experiment_(experiment),
        card_(experiment.cards[0]),
        request_(request),
        data_(make_evaluation_data(experiment.data.samples, experiment.faces, {}, {},
                                   experiment.suite.seed)) {
    number_subjects();
    choose_partners();
    reference_ = read_reference(experiment, conditions, request.draws, perturbed_);
    for (const Condition& condition : conditions) family_[condition.label()] = condition.family();
    for (std::size_t i = 0; i < reference_.pictures.size(); ++i)
      if (reference_.pictures[i].condition == "clean") clean_of_row_[reference_.pictures[i].row] = i;
    forget_one_sided_confidence();
  }

  void fit(TrustCalibration& made) {
    describe_data(made);
    set_threshold(made);
    const Fitted fitted = pictures_with_scores(made);
    fit_usability(made, fitted);
    fit_bands(made, fitted);
    fit_flags(made);
  }

 private:
  /// Given landmarks are those of the clean picture, while its perturbed copies are detected: a
  /// confidence that the copies alone have would tell which is which.
  void forget_one_sided_confidence() {
    if (own_partner_) return;  // clean pictures are not fitted on
    for (ReferencePicture& picture : reference_.pictures)
      if (clean_reading(picture.row)->detection_confidence == 0)
        picture.reading.detection_confidence = 0;
  }

  /// Unknown subjects are each a person of their own.
  void number_subjects() {
    int next = data_.subject_count;
    for (const int known : data_.subject) subject_.push_back(known >= 0 ? known : next++);
  }

  /// The next photograph of the same subject, round robin.
  void choose_partners() {
    const std::size_t rows = data_.samples.size();
    std::map<int, std::vector<std::size_t>> rows_of;
    for (std::size_t row = 0; row < rows; ++row)
      if (data_.faces[row].status == Status::ok) rows_of[subject_[row]].push_back(row);
    const auto paired = std::count_if(rows_of.begin(), rows_of.end(),
                                      [](const auto& each) { return each.second.size() > 1; });
    own_partner_ = paired < kLeastPairedSubjects;
    partner_.assign(rows, std::nullopt);
    perturbed_.assign(rows, own_partner_);
    for (const auto& [subject, own] : rows_of) {
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (own.size() > 1) partner_[own[i]] = own[(i + 1) % own.size()];
        if (own_partner_) partner_[own[i]] = own[i];
        perturbed_[own[i]] = partner_[own[i]].has_value();
      }
    }
  }

  void describe_data(TrustCalibration& made) const {
    made.data = experiment_.data.name;
    made.photographs = static_cast<std::int64_t>(clean_of_row_.size());
    made.not_found_again = reference_.not_found_again;
    made.comparison = card_.comparison;
    made.partner = own_partner_
                       ? fmt::format(
                             "the same photograph before it was perturbed: fewer than {} subjects "
                             "have two photographs, so usability is flattered",
                             kLeastPairedSubjects)
                       : "another clean photograph of the subject";
  }

  [[nodiscard]] const FaceReading* clean_reading(std::size_t row) const {
    const auto found = clean_of_row_.find(row);
    return found == clean_of_row_.end() ? nullptr : &reference_.pictures[found->second].reading;
  }

  void set_threshold(TrustCalibration& made) const {
    EmbeddingTable clean;
    const std::size_t rows = data_.samples.size();
    clean.vectors = EmbeddingMatrix::Zero(static_cast<Eigen::Index>(rows), card_.dim);
    clean.status.assign(rows, Status::no_face);
    for (std::size_t row = 0; row < rows; ++row) {
      if (const FaceReading* reading = clean_reading(row)) {
        clean.vectors.row(static_cast<Eigen::Index>(row)) = reading->vector;
        clean.status[row] = Status::ok;
      }
    }
    const std::array<double, 1> target{request_.target_fmr};
    const Threshold threshold = thresholds_from_data(target, card_.comparison, data_, clean).front();
    if (!threshold.available)
      throw ConfigError("no threshold at a false match rate of " + shortest(request_.target_fmr) + ": " +
                            threshold.reason,
                        "more subjects, or a higher rate: --fmr 1e-2");
    made.threshold = threshold.pooled;
    made.target_fmr = request_.target_fmr;
    made.non_mated = threshold.non_mated;
  }

  [[nodiscard]] double score(const FaceReading& a, const FaceReading& b) const {
    return similarity(card_.comparison, a.vector.data(), b.vector.data(), card_.dim);
  }

  [[nodiscard]] Fitted pictures_with_scores(TrustCalibration& made) const {
    Fitted fitted;
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < reference_.pictures.size(); ++i) {
      const ReferencePicture& picture = reference_.pictures[i];
      if (!partner_[picture.row]) continue;
      const bool is_clean = picture.condition == "clean";
      if (own_partner_ && is_clean) continue;  // equal to itself
      const FaceReading* partner = clean_reading(*partner_[picture.row]);
      if (!partner) continue;
      fitted.picture.push_back(i);
      rows.push_back(covariates(picture.reading));
      fitted.score.push_back(score(*partner, picture.reading));
      fitted.training.usable.push_back(fitted.score.back() >= made.threshold ? 1 : 0);
      fitted.training.subject.push_back(subject_[picture.row]);
      fitted.training.family.push_back(is_clean ? "" : family_.at(picture.condition));
      const FaceReading& own = *clean_reading(picture.row);
      fitted.drift.push_back(
          separation(own.vector.data(), picture.reading.vector.data(), card_.dim).cosine_distance);
    }
    UsableTraining& training = fitted.training;
    training.names = covariate_names();
    training.covariates.resize(std::ssize(rows), std::ssize(training.names));
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::size_t c = 0; c < rows[r].size(); ++c)
        training.covariates(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = rows[r][c];
    made.judged = std::ssize(training.usable);
    made.unusable = std::count(training.usable.begin(), training.usable.end(), 0);
    return fitted;
  }

  void fit_usability(TrustCalibration& made, const Fitted& fitted) const {
    made.usable = fit_usable_model(fitted.training, trusted_covariates(), made.seed, kFolds);
    made.subjects = made.usable.subjects;
    if (!made.usable.refused.empty())
      throw ConfigError("usable cannot be told from unusable: " + made.usable.refused,
                        fmt::format("{} of {} pictures were unusable; more subjects, more --draws, or "
                                    "other perturbations: --suite FILE",
                                    made.unusable, made.judged));
  }

  /// Bins by cross-fitted log odds: those of the fitted model know the answer and would make the bands
  /// of new faces too narrow.
  void fit_bands(TrustCalibration& made, const Fitted& fitted) const {
    const std::vector<double> log_odds = cross_fitted_usable_log_odds(
        fitted.training, trusted_covariates(), made.usable, made.seed, kFolds);
    for (int bin = 1; bin < kBins && !log_odds.empty(); ++bin)
      made.bin_edges.push_back(quantile(log_odds, static_cast<double>(bin) / kBins));
    made.keep = kept_from(fitted, log_odds);
    std::vector<std::string> bins;
    for (const double value : log_odds) bins.push_back(quality_bin(made, value));
    made.coverage = request_.coverage;
    made.score = mondrian_reference(fitted.score, fitted.training.subject, bins);
    made.drift = mondrian_reference(fitted.drift, fitted.training.subject, bins);
  }

  /// Of the clean pictures; of all where the clean ones have no mated score of their own.
  [[nodiscard]] double kept_from(const Fitted& fitted, const std::vector<double>& log_odds) const {
    std::vector<double> clean;
    for (std::size_t i = 0; i < log_odds.size(); ++i)
      if (own_partner_ || reference_.pictures[fitted.picture[i]].condition == "clean")
        clean.push_back(log_odds[i]);
    return clean.empty() ? 0.5 : logistic(quantile(clean, 1 - kKeptShare));
  }

  void fit_flags(TrustCalibration& made) const {
    const auto& pictures = reference_.pictures;
    FlagCalibration table;
    table.embedding.resize(static_cast<Eigen::Index>(pictures.size()), card_.dim);
    table.capture.resize(static_cast<Eigen::Index>(pictures.size()),
                         capture_measures(pictures.front().reading).size());
    std::vector<int> subjects;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      table.embedding.row(row) = pictures[i].reading.vector.cast<double>();
      table.capture.row(row) = capture_measures(pictures[i].reading);
      table.subject.push_back(subject_[pictures[i].row]);
      table.clean_row.push_back(static_cast<int>(clean_of_row_.at(pictures[i].row)));
    }
    subjects = table.subject;
    std::sort(subjects.begin(), subjects.end());
    const auto count = std::unique(subjects.begin(), subjects.end()) - subjects.begin();
    if (count < kLeastSubjectsForFlags)
      made.flags_refused = fmt::format("{} subjects, {} needed", count, kLeastSubjectsForFlags);
    else
      made.flags = fit_outlier_flags(table, made.seed);
  }

  const Experiment& experiment_;
  const ModelCard& card_;
  CalibrationRequest request_;
  EvaluationData data_;
  std::vector<int> subject_;                         // per sample
  std::vector<std::optional<std::size_t>> partner_;  // per sample: row of the mated reference
  std::vector<bool> perturbed_;                      // per sample: read under conditions too
  bool own_partner_ = false;
  ReferencePictures reference_;
  std::map<std::size_t, std::size_t> clean_of_row_;  // picture of the clean reading
  std::map<std::string, std::string> family_;        // of harms, by the condition's label
};

}  // namespace

TrustCalibration fit_calibration(const Experiment& experiment, const std::vector<Condition>& conditions,
                                 const CalibrationRequest& request) {
  TrustCalibration made;
  made.versions = reading_versions(experiment.cards[0], experiment.policy.detector);
  made.detector = experiment.policy.detector;
  made.seed = experiment.suite.seed;
  made.draws = request.draws;
  KeyBuilder keys;
  for (const Condition& condition : conditions) {
    made.conditions.push_back(condition.label());
    keys.add("condition", condition.pixel_key());
  }
  made.pixel_keys = keys.digest();
  CalibrationFit(experiment, conditions, request).fit(made);
  return made;
}

std::string calibration_summary(const TrustCalibration& made) {
  std::string text = fmt::format(
      "{} clean photographs; {} pictures of {} subjects have a mated score ({}), {} of them unusable\n"
      "threshold {:.4g} at a false match rate of {} on {} clean non-mated comparisons\n",
      made.photographs, made.judged, made.subjects, made.partner, made.unusable, made.threshold,
      shortest(made.target_fmr), made.non_mated);
  text += "usability is told from";
  for (std::size_t k = 0; k < made.usable.names.size(); ++k)
    text +=
        fmt::format("{} {} ({:+.2f})", k == 0 ? "" : ",", made.usable.names[k], made.usable.linear[k]);
  text += ": log odds for each standard deviation\n";
  text += fmt::format("kept from a probability of {:.2f}: nine in ten clean photographs reach it\n",
                      made.keep);
  if (made.not_found_again > 0)
    text += fmt::format("{} perturbed photographs left out: the face was lost\n", made.not_found_again);
  if (!made.flags) text += "no flags for unlike pictures and people: " + made.flags_refused + "\n";
  return text;
}

}  // namespace robench
