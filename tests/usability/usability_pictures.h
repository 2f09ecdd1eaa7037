// SPDX-License-Identifier: Apache-2.0
// The pictures that the study of usability judges: people, harms and severities are laid out before
// anything is read.
#pragma once

#include <string>
#include <vector>

#include <Eigen/Core>

#include "models/embedding_table.h"
#include "suites/experiment.h"

namespace robench::usability {

/// A picture of one person, and the clean photographs of the same person that it is compared with.
struct Picture {
  std::size_t row = 0;                // sample of the photograph
  std::vector<std::size_t> partners;  // samples of the clean references: all others of the person
  std::size_t condition = 0;          // of Study::experiment.suite; 0 = clean
  int person = 0;
  bool judges = false;  // of folds 4 and 5; the others calibrate
};

struct Study {
  Experiment experiment;              // conditions: clean, then each perturbation at severities 1 to 5
  std::vector<int> fold;              // of each sample, from 0; -1 = in no pair
  std::vector<EmbeddingTable> clean;  // of each model, one row per sample
  std::vector<Picture> pictures;

  /// "lighting", ...; "clean"
  [[nodiscard]] std::string family(const Picture& picture) const;
};

/// Of each person with two photographs one is perturbed, once under five of the eight families (folds 1
/// to 3), which go round, or under each of them (folds 4 and 5); severities 1 to 5 equally often in each
/// family, its perturbations as equally as they go. Embeds the clean photographs where the store lacks
/// them. `root` holds pairs.txt.
/// The first `most_people` of them, by name.
[[nodiscard]] Study plan_study(const std::string& root, const std::vector<std::string>& models,
                               int most_people);

/// What was read of the pictures, one row each; a row of NaN where the face was lost.
struct PictureReadings {
  Eigen::MatrixXd measures;    // capture_measures()
  Eigen::MatrixXd member_deg;  // FaceReading::member_deg
  Eigen::MatrixXd confidence;  // FaceReading::detection_confidence; one column
  Eigen::MatrixXd ensemble_mean;
  Eigen::MatrixXd vectors;
};
/// One per model; from files in `folder` where equal pictures were read before, else read and put there.
/// Throws EnvironmentError.
[[nodiscard]] std::vector<PictureReadings> read_pictures(const Study& study, const std::string& folder);

}  // namespace robench::usability
