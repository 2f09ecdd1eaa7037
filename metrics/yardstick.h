// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <vector>

#include "metrics/subject_bootstrap.h"
#include "metrics/trial.h"

namespace robench {

/// What drift is measured against: the clean cosine distances of the mated or of the non-mated trials,
/// their median and mean, also in each bootstrap replicate.
class Yardstick {
 public:
  /// distances: one per trial, NaN where a sample was not acquired.
  Yardstick(const std::vector<Trial>& trials, const std::vector<double>& distances, bool mated,
            const ResamplingUnits& units, const SubjectBootstrap& bootstrap);

  [[nodiscard]] std::size_t n() const { return sorted_.size(); }
  [[nodiscard]] double median() const { return median_; }  ///< NaN when n() == 0
  [[nodiscard]] const std::vector<double>& replicates() const { return replicates_; }  ///< of the median
  [[nodiscard]] double mean() const { return mean_; }  ///< NaN when n() == 0
  [[nodiscard]] const std::vector<double>& mean_replicates() const { return mean_replicates_; }

 private:
  struct Distance {
    double value;
    int unit_a;
    int unit_b;
  };

  [[nodiscard]] double weighted_median(const std::vector<float>& unit_weight) const;
  [[nodiscard]] double weighted_mean(const std::vector<float>& unit_weight) const;
  static double weight_of(const Distance& distance, const std::vector<float>& unit_weight);

  std::vector<Distance> sorted_;
  double median_ = std::numeric_limits<double>::quiet_NaN();
  double mean_ = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> replicates_;
  std::vector<double> mean_replicates_;
};

}  // namespace robench
