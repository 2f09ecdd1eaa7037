// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "metrics/trial.h"
#include "models/embedding_table.h"
#include "models/model_card.h"

namespace robench {

struct TemplateScore {
  int probe_subject = 0;
  int template_subject = 0;
  double score = 0;  // cosine, or minus the Euclidean distance; larger = closer
};

/// One template per known subject: the mean of its clean vectors, of unit length first where the
/// comparison is the cosine. For each probe the samples of the probe's own session are left out of every
/// template.
class Templates {
 public:
  /// `data` outlives this.
  Templates(Comparison comparison, const EvaluationData& data, const EmbeddingTable& clean);

  /// Every ok probe of known subject with every subject's template that has a sample left, in the order
  /// of probes and subjects. Scores are made on several threads and handed over one by one.
  void score(const EmbeddingTable& probes, const std::function<void(const TemplateScore&)>& take) const;

 private:
  [[nodiscard]] EmbeddingMatrix made_ready(const EmbeddingTable& table,
                                           std::span<const std::uint32_t> samples) const;
  [[nodiscard]] std::vector<TemplateScore> scores_of(const EmbeddingTable& probes,
                                                     std::span<const std::uint32_t> samples) const;
  [[nodiscard]] double score(double dot, double squared_sum, double count, double squared_probe) const;

  Comparison comparison_;
  const EvaluationData& data_;
  EmbeddingMatrix sums_;        // subject x dim
  Eigen::VectorXd squared_;     // squared length of each sum
  std::vector<double> counts_;  // clean ok samples of each subject
  /// Of each session, the sum and number of the clean ok samples of each of its subjects.
  struct Part {
    Eigen::VectorXd sum;
    double count = 0;
  };
  std::vector<std::map<int, Part>> parts_;
};

/// The highest of many scores, as many as a false match rate needs, in little memory.
class HighScores {
 public:
  /// For at most `most` scores in all and rates up to `target`.
  HighScores(std::int64_t most, double target)
      : keep_(static_cast<std::size_t>(target * static_cast<double>(most)) + 2) {}
  void offer(double score);
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// The smallest number that at most target * count() of the scores reach.
  [[nodiscard]] double threshold(double target) const;

 private:
  std::size_t keep_;
  std::int64_t count_ = 0;
  std::vector<double> scores_;
};

}  // namespace robench
