// SPDX-License-Identifier: Apache-2.0
// What `robench calibrate` fits and `robench triage` judges by: one model, one way of reading faces, one
// reference set. Without it nothing is judged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "metrics/confidence/conformal.h"
#include "metrics/confidence/outlier_flags.h"
#include "metrics/confidence/quality_model.h"
#include "models/model_card.h"

namespace robench {

/// Everything that readings depend on: a calibration holds for equal ones only.
struct ReadingVersions {
  std::string model;        // name of the card
  std::string card_sha256;  // of its text
  std::string weights;      // model_hash()
  std::string detector;     // Detector::identity()
  std::string pixel_pipeline;
  int quality = 0;
  int ensemble = 0;
  bool operator==(const ReadingVersions&) const = default;
};
/// Of this program. Throws as model_hash() and make_detector().
[[nodiscard]] ReadingVersions reading_versions(const ModelCard& card, const std::string& detector);

struct TrustCalibration {
  ReadingVersions versions;
  std::string detector;  // as make_detector() wants it

  // What it stands on.
  std::string data;
  std::uint64_t seed = 0;
  std::vector<std::string> conditions;  // labels of the perturbations that were drawn from
  std::string pixel_keys;               // hash of all that their pixels depend on
  int draws = 0;                        // perturbed pictures per photograph
  std::int64_t photographs = 0;         // clean ones with a face
  std::int64_t not_found_again = 0;     // perturbed ones in which the face was lost
  std::int64_t judged = 0;              // pictures with a mated score
  std::int64_t unusable = 0;            // of them, below the threshold
  int subjects = 0;                     // with a mated score
  std::string partner;                  // whom the mated score is with, in words

  double threshold = 0;  // at target_fmr on clean non-mated comparisons
  double target_fmr = 0;
  std::int64_t non_mated = 0;
  Comparison comparison = Comparison::cosine;

  /// Usable = the mated score reaches the threshold. Of trusted_covariates() and what earned its place
  /// (usable_model.h).
  QualityModel usable;
  /// Ends of the quality bins: log odds of `usable`, ascending; bin k lies below edge k.
  std::vector<double> bin_edges;
  /// Probability that nine in ten clean photographs of the reference set reach, judged by models that
  /// had not seen their subjects: where `triage` keeps from, unless told otherwise.
  double keep = 0;
  double coverage = 0.9;
  MondrianReference score;  // mated comparison score, by bin
  MondrianReference drift;  // 1 - cosine to the clean vector of the same photograph, by bin
  std::optional<OutlierFlags> flags;
  std::string flags_refused;  // why there are none
};

/// Name of the quality bin, "1" (worst) on.
[[nodiscard]] std::string quality_bin(const TrustCalibration& calibration, double log_odds);

/// Text of the file: JSON, one number list a line, with a version and a checksum. Equal calibrations
/// give equal bytes.
[[nodiscard]] std::string calibration_text(const TrustCalibration& calibration);
/// Throws ConfigError with a hint: no such file, no calibration, of another version, or changed since.
[[nodiscard]] TrustCalibration read_calibration(const std::filesystem::path& file);

/// Throws ConfigError with a hint that names the command where the calibration is another model's or was
/// read in another way. `file`: for the message.
void require_same_reading(const TrustCalibration& calibration, const ReadingVersions& now,
                          const std::filesystem::path& file);

}  // namespace robench
