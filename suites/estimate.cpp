// SPDX-License-Identifier: Apache-2.0
#include "suites/estimate.h"

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/store.h"
#include "suites/progress.h"

namespace robench {
namespace {

/// Before the first run on a machine: a small network on one core of 2020.
constexpr double kAssumedFacesPerThreadSecond = 100;
constexpr double kShortestTellingSeconds = 1;
constexpr double kSideCarBytes = 16;  // per row

}  // namespace

Throughput::Throughput(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in(file_);
  const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return;
  for (const auto& [model, speed] : json.items())
    if (speed.is_number() && speed.get<double>() > 0)
      faces_per_thread_second_[model] = speed.get<double>();
}

Estimate Throughput::estimate(const std::vector<ModelLoad>& loads, int threads) const {
  Estimate sum;
  sum.measured = true;
  for (const ModelLoad& load : loads) {
    const auto known = faces_per_thread_second_.find(load.model);
    const bool measured = known != faces_per_thread_second_.end();
    sum.measured = sum.measured && measured;
    const double speed = measured ? known->second : kAssumedFacesPerThreadSecond;
    sum.forward_passes += load.forward_passes;
    sum.seconds += static_cast<double>(load.forward_passes) / speed / threads;
    sum.disk_bytes += static_cast<double>(load.vectors) * (4.0 * load.dim + kSideCarBytes);
  }
  return sum;
}

void Throughput::record(const std::string& model, std::int64_t forward_passes, double thread_seconds) {
  if (thread_seconds < kShortestTellingSeconds) return;
  faces_per_thread_second_[model] = static_cast<double>(forward_passes) / thread_seconds;
}

void Throughput::save() const {
  const nlohmann::json json = faces_per_thread_second_;
  write_file_atomically(file_, json.dump(2) + "\n");
}

std::string estimate_text(const Estimate& estimate) {
  return fmt::format("about {}, {} forward passes, {:.1f} MB in the store ({})",
                     clock_text(estimate.seconds), estimate.forward_passes, estimate.disk_bytes / 1e6,
                     estimate.measured ? "speed measured on this machine"
                                       : "speed assumed: 100 faces a second and thread");
}

}  // namespace robench
