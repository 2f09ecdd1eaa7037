// SPDX-License-Identifier: Apache-2.0
// What this data cannot tell, and the command that would answer it.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"
#include "reports/sample_words.h"

namespace robench::finding {
namespace {

std::string without_full_stop(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}

struct Untold {
  std::string reason;
  std::vector<std::string> names;  // as in a sentence
};

/// A measure by its name; a name that ends in '@' or ':' stands for all measures that begin so.
bool is_named(const Measure& measure, const std::string& name) {
  const bool is_group = name.back() == '@' || name.back() == ':';
  return is_group ? measure.name.rfind(name, 0) == 0 : measure.name == name;
}

/// The first such measure without a value among the clean cells; nullptr when all have one.
const Measure* refused_on_clean(const RunRecord& run, const std::string& name) {
  for (const CellRecord* cell : pooled_cells(run)) {
    if (cell->perturbation != "identity") continue;
    for (const Measure& measure : cell->measures) {
      if (is_named(measure, name) && !available(&measure)) return &measure;
    }
  }
  return nullptr;
}

/// What was asked for and has no value, by reason, in the order in which a reader misses it.
std::vector<Untold> refused_measures(const RunRecord& run) {
  static const std::vector<std::pair<std::string, std::string>> kWanted = {
      {"drift_angle_deg", "drift"},
      {"fnmr", "FNMR"},
      {"fmr", "FMR"},
      {"eer", "EER"},
      {"auc", "AUC"},
      {"d_prime", "d'"},
      {"fnmr@", "FNMR at a lower FMR"},
      {"geometry_r2:", "geometry R2"},
      {"geometry_rsa", "geometry RSA"}};
  std::vector<Untold> result;
  for (const auto& [name, word] : kWanted) {
    const Measure* refused = refused_on_clean(run, name);
    if (refused == nullptr) continue;
    const std::string reason = without_full_stop(refused->note);
    auto known = std::find_if(result.begin(), result.end(),
                              [&](const Untold& untold) { return untold.reason == reason; });
    if (known == result.end()) known = result.insert(known, {reason, {}});
    known->names.push_back(word);
  }
  return result;
}

/// "9 of 21 faces that failed to acquire (7 no_face, 2 undecodable)"; "" when none failed.
std::string failed_faces(const RunRecord& run) {
  std::map<std::string, int> by_status;
  int failed = 0;
  int faces = 0;
  for (const SampleRecord& sample : run.samples) {
    if (sample.model != run.samples.front().model) continue;
    ++faces;
    if (sample.status == "ok") continue;
    ++failed;
    ++by_status[sample.status];
  }
  if (failed == 0) return "";
  std::vector<std::string> parts;
  for (const auto& [status, count] : by_status) parts.push_back(fmt::format("{} {}", count, status));
  return fmt::format("{} of {} faces that failed to acquire ({})", failed, faces, listed(parts));
}

bool has_stage(const RunRecord& run, const std::string& stage) {
  const auto stages = stages_of(run);
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

/// Who is who makes comparisons of two pictures possible; people who have only photographs lack that.
std::string remedy(const RunRecord& run) {
  if (run.data == "lfw")
    return fmt::format("`robench suite {}.yaml` on all folds and without `--limit`", run.suite);
  if (has_named_people(run))
    return fmt::format(
        "more people with two photographs or more each (or LFW: `robench suite {}.yaml --data "
        "lfw:ROOT,PAIRS`)",
        run.suite);
  return fmt::format(
      "naming the people (`robench suite {0}.yaml --data folders:DIR`, or a manifest with a column "
      "`subject`)",
      run.suite);
}

std::string refused_clause(const RunRecord& run, const std::vector<Untold>& refused) {
  std::vector<std::string> parts;
  for (const Untold& untold : refused) {
    const std::string reason = untold.reason.empty() ? "" : fmt::format(" ({})", untold.reason);
    parts.push_back(listed(untold.names) + reason);
  }
  return fmt::format("{}, which {} would answer", fmt::join(parts, ", nor "), remedy(run));
}

}  // namespace

std::string what_cannot_be_told(const RunRecord& run) {
  if (is_of_probes(run))
    return fmt::format(
        "Generated probes cannot tell anything of people, which `robench suite {}.yaml --data "
        "folders:DIR` would.",
        run.suite);
  const std::vector<Untold> refused = refused_measures(run);
  const std::string failed = failed_faces(run);
  std::string clause;
  if (!refused.empty()) {
    clause = refused_clause(run, refused);
  } else if (!has_stage(run, "capture")) {
    clause = fmt::format(
        "whether the face would be found again under these conditions, which "
        "`robench suite {}.yaml` with `stage: both` in the suite would answer",
        run.suite);
  } else {
    clause = fmt::format(
        "how the models do on photographs unlike these, which `robench suite {}.yaml "
        "--data images:DIR` on your own would answer",
        run.suite);
  }
  if (!failed.empty()) clause += fmt::format("; it also says nothing of the {}", failed);
  return fmt::format("This data cannot tell {}.", clause);
}

}  // namespace robench::finding
