// SPDX-License-Identifier: Apache-2.0
#include "suites/data_set.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "suites/data/readers.h"

namespace robench {
namespace {

/// Indices 0..count-1 in a seeded order.
std::vector<std::size_t> seeded_order(std::size_t count, std::uint64_t seed, std::string_view purpose) {
  const RandomStream stream(seed, "limit", purpose, "", 1);
  std::vector<std::pair<double, std::size_t>> keys;
  for (std::size_t i = 0; i < count; ++i) keys.emplace_back(stream.uniform(i), i);
  std::sort(keys.begin(), keys.end());
  std::vector<std::size_t> order;
  for (const auto& [key, index] : keys) order.push_back(index);
  return order;
}

/// Keeps the samples marked, and the listed trials between them, with rows renumbered.
void keep_samples(DataSet& data, const std::vector<bool>& keep) {
  std::vector<std::uint32_t> new_row(data.samples.size());
  std::vector<Sample> kept;
  for (std::size_t row = 0; row < data.samples.size(); ++row) {
    if (!keep[row]) continue;
    new_row[row] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(std::move(data.samples[row]));
  }
  data.samples = std::move(kept);
  for (Trial& trial : data.listed) {
    trial.reference = new_row[trial.reference];
    trial.probe = new_row[trial.probe];
  }
}

/// Whole photographs: the faces of a group photograph stay together.
void limit_photographs(DataSet& data, std::size_t limit, std::uint64_t seed) {
  std::map<std::string, std::size_t> index_of;
  for (const Sample& sample : data.samples) index_of.try_emplace(sample.photograph, index_of.size());
  std::vector<bool> chosen(index_of.size(), false);
  const auto order = seeded_order(index_of.size(), seed, "photographs");
  for (std::size_t i = 0; i < std::min(limit, order.size()); ++i) chosen[order[i]] = true;
  std::vector<bool> keep;
  for (const Sample& sample : data.samples) keep.push_back(chosen[index_of[sample.photograph]]);
  keep_samples(data, keep);
}

/// Takes trials in turn from every (fold, mated) group, so that all stay balanced.
void limit_trials(DataSet& data, std::size_t limit, std::uint64_t seed) {
  std::map<std::pair<int, bool>, std::vector<std::size_t>> groups;
  for (const std::size_t i : seeded_order(data.listed.size(), seed, "trials"))
    groups[{data.listed[i].fold, data.listed[i].mated}].push_back(i);
  std::vector<std::size_t> chosen;
  for (std::size_t turn = 0; chosen.size() < std::min(limit, data.listed.size()); ++turn)
    for (const auto& [group, trials] : groups)
      if (turn < trials.size() && chosen.size() < limit) chosen.push_back(trials[turn]);
  std::sort(chosen.begin(), chosen.end());
  std::vector<Trial> kept;
  std::vector<bool> keep(data.samples.size(), false);
  for (const std::size_t i : chosen) {
    kept.push_back(data.listed[i]);
    keep[kept.back().reference] = keep[kept.back().probe] = true;
  }
  data.listed = std::move(kept);
  keep_samples(data, keep);
}

}  // namespace

DataSet read_data_set(const DataSpec& spec) {
  using Reader = DataSet (*)(const DataSpec&);
  static constexpr std::array<std::pair<std::string_view, Reader>, 9> kReaders = {
      {{"faces", data_readers::faces},
       {"images", data_readers::images},
       {"manifest", data_readers::manifest},
       {"folders", data_readers::folders},
       {"lfw", data_readers::lfw},
       {"bin", data_readers::bin},
       {"cfp", data_readers::cfp},
       {"pairs", data_readers::pairs},
       {"probes", data_readers::probes}}};
  for (const auto& [kind, reader] : kReaders)
    if (kind == spec.kind) return reader(spec);
  std::vector<std::string> kinds;
  for (const auto& [kind, reader] : kReaders) kinds.emplace_back(kind);
  throw ConfigError("unknown kind of data '" + spec.kind + "'", suggestion(spec.kind, kinds));
}

DataSet limited(DataSet data, std::int64_t limit, std::uint64_t seed) {
  if (limit <= 0) return data;
  const auto count = static_cast<std::size_t>(limit);
  if (data.listed.empty()) {
    limit_photographs(data, count, seed);
    data.notes.push_back(fmt::format("--limit {}: a seeded sample of the photographs", limit));
  } else {
    limit_trials(data, count, seed);
    data.notes.push_back(fmt::format(
        "--limit {}: a seeded sample of the trials, balanced over folds and mated / non-mated", limit));
  }
  return data;
}

}  // namespace robench
