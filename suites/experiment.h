// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/face.h"
#include "models/model_card.h"
#include "models/store.h"
#include "suites/data_set.h"
#include "suites/suite.h"

namespace robench {

/// How a run is carried out. Nothing here changes a result.
struct RunOptions {
  int threads = 0;         // 0 = all cores
  std::int64_t limit = 0;  // seeded sample of photographs or trials; 0 = everything
  bool use_cache = true;
  bool is_private = false;
};

/// Samples per stored unit: what a kill -9 costs at most, per model.
inline constexpr std::size_t kShardSize = 1024;
/// Samples per batch. Part of every key: embeddings differ in the last bits between sizes.
inline constexpr std::size_t kBatchSize = 32;
/// Where a model is external: each batch starts its command once.
inline constexpr std::size_t kExternalBatchSize = kShardSize;

/// A suite with its data read, its models found and its faces acquired: all that the cells need.
struct Experiment {
  Suite suite;
  DataSet data;
  std::vector<ModelCard> cards;
  std::vector<std::string> model_hashes;
  AcquisitionPolicy policy;
  std::string detector_identity;
  std::vector<std::string> photo_sha256;   // per sample; "" = unreadable
  std::vector<AcquiredFace> faces;         // per sample, of the clean photograph
  std::vector<std::string> shard_digests;  // which faces, in which order
  std::string donors_digest;               // who may stand beside whom
  std::int64_t acquisitions_from_store = 0;
  std::vector<std::string> calibration_notes;  // `severity_set: calibrated`: strengths that were solved
};

/// Reads the data and finds the faces (stored per 256 samples). Throws ConfigError, EnvironmentError,
/// Interrupted.
[[nodiscard]] Experiment prepare_experiment(const Suite& suite, const RunOptions& options,
                                            const Store& store);

/// kBatchSize, or kExternalBatchSize where a model of the suite is external.
[[nodiscard]] std::size_t batch_size(const Experiment& experiment);

/// A stored unit: one shard of samples under one model, condition and repetition.
struct UnitKey {
  std::size_t shard = 0;
  std::size_t condition = 0;  // index into suite.conditions
  int repetition = 1;         // 1-based
  std::size_t model = 0;
};
[[nodiscard]] std::size_t shard_count(const Experiment& experiment);
/// Row range [first, last) of a shard.
[[nodiscard]] std::pair<std::size_t, std::size_t> shard_rows(const Experiment& experiment,
                                                             std::size_t shard);
/// Digest of everything that the unit's numbers depend on. Equal for units that must be equal: clean
/// conditions of all names and stages, repetitions of conditions without randomness.
[[nodiscard]] std::string unit_digest(const Experiment& experiment, const UnitKey& unit);

}  // namespace robench
