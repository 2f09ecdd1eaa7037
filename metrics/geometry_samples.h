// SPDX-License-Identifier: Apache-2.0
// Which samples the geometry metric may judge.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "metrics/subject_bootstrap.h"
#include "metrics/upright_face.h"
#include "models/embedding_table.h"
#include "models/model_card.h"

namespace robench {

/// The samples whose shape and clean embedding are known. Left out: no face, landmarks fitted in a
/// fallback box (they are guessed), degenerate landmarks, no clean embedding.
struct GeometrySamples {
  std::vector<int> row;                   // in the data set, increasing
  std::vector<int> unit;                  // who is resampled: subject, or the sample where unknown
  std::vector<std::string> subject_name;  // equal for equal units: what is hashed
  Eigen::MatrixXd features;               // sample x feature, of the clean acquisition
  std::optional<MeanShape> mean;          // of the first face of each subject; absent without any
  std::string left_out;                   // "left out: 3 with a fallback box"; "" = none

  [[nodiscard]] int size() const { return static_cast<int>(row.size()); }
  [[nodiscard]] int subjects() const;
};

[[nodiscard]] GeometrySamples geometry_samples(const EvaluationData& data, const EmbeddingTable& clean,
                                               Comparison comparison, const ResamplingUnits& units);

/// One sample of each subject, so that relabelling samples is fair (two pictures of one person are
/// near in both spaces); at most `most`, chosen by seeded hashes of ids and subject names.
/// Positions in `samples`, increasing.
[[nodiscard]] std::vector<int> one_sample_per_subject(const EvaluationData& data,
                                                      const GeometrySamples& samples, std::size_t most);

/// Can the row be compared? A cosine needs a direction, which the zero vector lacks.
[[nodiscard]] bool is_comparable(const EmbeddingTable& table, int row, Comparison comparison);

/// The rows as they are compared: on the unit sphere for cosine, raw for Euclidean.
[[nodiscard]] Eigen::MatrixXd compared_embeddings(const EmbeddingTable& table,
                                                  const std::vector<int>& rows, Comparison comparison);

}  // namespace robench
