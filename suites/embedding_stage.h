// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/embedding_table.h"
#include "models/store.h"
#include "suites/experiment.h"

namespace robench {

/// Work of one (shard, condition, repetition): its pixels are made once, for all models that lack it.
struct Job {
  std::size_t shard = 0;
  std::size_t condition = 0;
  int repetition = 1;
  std::vector<std::size_t> models;
  std::vector<std::string> digests;  // one per model
};

/// What is missing in the store, each digest once, in the order of shard, condition, repetition.
struct Workload {
  std::vector<Job> jobs;
  std::int64_t units_in_store = 0;
  std::int64_t vectors = 0;         // faces x conditions x models to embed
  std::int64_t forward_passes = 0;  // more than that where a card averages over flips or jitter
  std::vector<std::int64_t> vectors_of_model;
  std::vector<std::int64_t> forward_passes_of_model;
};
[[nodiscard]] Workload missing_work(const Experiment& experiment, const Store& store);

/// How long the workers spent in each step, summed over workers, in seconds.
struct StageSeconds {
  double load = 0;     // read, decode, crop
  double perturb = 0;  // and, in the capture stage, find the face again
  double align = 0;
  double embed = 0;
  std::vector<double> embed_of_model;
};

/// perturb -> align -> embed for all jobs; each unit is stored as soon as it is complete, so that an
/// interruption costs only the work in flight. Memory is bounded by the number of workers and by one
/// shard's crops (at most 512 MiB), not by the number of samples. Throws Interrupted.
StageSeconds embed_all(const Experiment& experiment, const Workload& workload, const Store& store,
                       int threads);

/// The rows of all shards of one (model, condition, repetition), from the store.
/// Throws EnvironmentError when a unit vanished meanwhile.
[[nodiscard]] EmbeddingTable load_table(const Experiment& experiment, const Store& store,
                                        std::size_t model, std::size_t condition, int repetition);

}  // namespace robench
