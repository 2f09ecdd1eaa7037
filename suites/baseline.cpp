// SPDX-License-Identifier: Apache-2.0
#include "suites/baseline.h"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "models/digest.h"
#include "models/store.h"
#include "perturb/error.h"
#include "reports/numbers.h"
#include "reports/text.h"
#include "suites/gated_cells.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kDigits = 16;  // of a hash: enough to see that it is another one

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw EnvironmentError("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string model_lines(const ModelOutcomes& model) {
  std::string text = "model      " + one_line(model.model);
  for (const auto& [key, value] : model.identity) {
    const bool is_hash = key.ends_with("_sha256");
    text += fmt::format(" {}={}", is_hash ? key.substr(0, key.find("_sha256")) : key,
                        is_hash ? value.substr(0, kDigits) : one_line(value));
  }
  text += "\nthreshold  " + model.model + " ";
  text += model.threshold.available ? fmt::format("{:.5f}", model.threshold.pooled)
                                    : one_line(model.threshold.reason);
  text += "\n";
  if (model.vectors.rows() > 0)
    text += fmt::format("vectors    {} {} x {}, {}\n", model.model, model.vectors.rows(),
                        model.vectors.cols(), sha256(npy_bytes(model.vectors)).substr(0, kDigits));
  return text;
}

std::string value_line(const GatedCell& gated) {
  const PairedCell& cell = gated.cell;
  const std::string value = cell.values.empty()    ? "no value"
                            : cell.unit == "share" ? fixed(100 * cell.a, 2) + " %"
                                                   : fixed(cell.a, 2) + " deg";
  return fmt::format("value      {} {} {} {}  {}  n {}\n", gated.model, cell.stage,
                     one_line(cell.clean ? "clean" : cell.label), cell.measure, value,
                     cell.values.size());
}

}  // namespace

std::string baseline_summary(const LoadedRun& run, const GateRules& rules) {
  std::string text =
      "# What `robench gate` compares with. Written by `robench gate --update`; not to be edited.\n";
  text += fmt::format("suite      {} on {}, seed {}, {} samples\n", one_line(run.record.suite),
                      one_line(run.record.data), run.record.seed, run.outcomes.samples.size());
  for (const auto& [key, value] : run.outcomes.setting)
    if (key != "seed") text += fmt::format("setting    {}: {}\n", one_line(key), one_line(value));
  std::vector<std::pair<std::size_t, std::size_t>> itself;
  for (std::size_t m = 0; m < run.outcomes.models.size(); ++m) {
    text += model_lines(run.outcomes.models[m]);
    itself.emplace_back(m, m);
  }
  GateRules own = rules;  // beside itself a drop-in is the same number again
  own.at_own_threshold = true;
  own.at_baseline_threshold = false;
  for (const GatedCell& gated : gated_cells(run, run, itself, own)) text += value_line(gated);
  return text;
}

fs::path baseline_file(const std::string& name) {
  const fs::path path(name);
  return path.extension() == ".json" ? path : path / "run.json";
}

void replace_baseline(const fs::path& baseline, const LoadedRun& candidate, const GateRules& rules) {
  const fs::path from = candidate.file.parent_path();
  const fs::path to = baseline.parent_path().empty() ? fs::path(".") : baseline.parent_path();
  fs::create_directories(to);
  if (fs::equivalent(from.empty() ? fs::path(".") : from, to))
    throw ConfigError(fmt::format("{} is the baseline's own folder", from.string()),
                      "give the candidate a folder of its own: robench suite ... --out candidate");
  const std::string summary = baseline_summary(candidate, rules);
  if (fs::exists(baseline)) {
    const RunRecord old = read_run(baseline);
    for (const auto& [name, hash] : old.outcomes.items())
      if (!candidate.record.outcomes.contains(name) && fs::path(name).filename() == name)
        fs::remove(to / name);
  }
  for (const auto& [name, hash] : candidate.record.outcomes.items())
    write_file_atomically(to / name, bytes_of(from / name));
  write_file_atomically(baseline, bytes_of(candidate.file));
  write_file_atomically(to / kBaselineSummary, summary);
}

}  // namespace robench
