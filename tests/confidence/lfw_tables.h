// SPDX-License-Identifier: Apache-2.0
// The embeddings of a suite on LFW, from the store of an earlier run.
#pragma once

#include <string>
#include <vector>

#include <Eigen/Core>

#include "suites/experiment.h"

namespace robench::confidence {

struct LfwTables {
  Experiment experiment;
  std::vector<int> subject;  // index of the person of each sample
  int people = 0;
  std::vector<std::string> gender;

  /// Embeddings of length 1 under a condition of the suite, first repetition; NaN where there is none.
  [[nodiscard]] Eigen::MatrixXd unit_embeddings(std::size_t model, std::size_t condition) const;
};

/// `root` holds pairs.txt and manifest.csv; of no models: those of the suite. The suite must have been
/// run on what is read later: throws EnvironmentError.
[[nodiscard]] LfwTables read_lfw(const std::string& suite, const std::string& root,
                                 const std::vector<std::string>& models);

}  // namespace robench::confidence
