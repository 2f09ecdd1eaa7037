// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace robench {

/// Forward passes of one model and how fast it went.
struct ModelLoad {
  std::string model;
  std::int64_t vectors = 0;
  std::int64_t forward_passes = 0;  // several for a vector where the card averages
  int dim = 0;
};

/// What a run will cost.
struct Estimate {
  std::int64_t forward_passes = 0;
  double seconds = 0;
  double disk_bytes = 0;
  bool measured = false;  // from this machine's earlier runs; else from assumed speeds
};

/// Faces per second and thread of each model, pixels included, as the last runs on this machine had
/// them. Kept beside the store; a missing or broken file means "not measured yet".
class Throughput {
 public:
  explicit Throughput(std::filesystem::path file);
  [[nodiscard]] Estimate estimate(const std::vector<ModelLoad>& loads, int threads) const;
  /// Takes over what a run measured; runs too short to tell (under a second of work) are left out.
  void record(const std::string& model, std::int64_t forward_passes, double thread_seconds);
  void save() const;

 private:
  std::filesystem::path file_;
  std::map<std::string, double> faces_per_thread_second_;
};

/// `about 4 min, 12,345 forward passes, 80 MB in the store (speed measured on this machine)`.
[[nodiscard]] std::string estimate_text(const Estimate& estimate);

}  // namespace robench
