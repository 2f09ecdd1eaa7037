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

bool was_limited(const RunRecord& run) {
  return std::any_of(run.notes.begin(), run.notes.end(),
                     [](const std::string& note) { return note.starts_with("--limit "); });
}

/// All ten folds of LFW's view 2.
bool is_whole_lfw(const RunRecord& run) {
  const nlohmann::json::json_pointer protocol("/data/protocol");
  return run.provenance.is_object() && run.provenance.contains(protocol) &&
         run.provenance.at(protocol).is_string() &&
         run.provenance.at(protocol).get<std::string>().find(" 10 folds") != std::string::npos;
}

/// Who is who makes comparisons of two pictures possible; people who have only photographs lack that.
/// Where the suite and the data lie is not part of the record (equal runs give equal findings), so that
/// the command can only be named by what would change of it.
std::string remedy(const RunRecord& run) {
  std::string more_people = "more people with two photographs or more each";
  if (!has_named_people(run))
    return "naming the people (the same command with `--data folders:DIR`, or with a manifest that has "
           "a column `subject`)";
  const bool more_folds = run.data == "lfw" && !is_whole_lfw(run);
  if (was_limited(run))
    return more_folds ? "the same command without `--limit` and on all ten folds of LFW"
                      : "the same command without `--limit`";
  if (more_folds) return "the same command on all ten folds of LFW (`--data lfw:ROOT,PAIRS`)";
  if (run.data == "lfw") return more_people;
  return more_people + " (or LFW: the same command with `--data lfw:ROOT,PAIRS`)";
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
    return "Generated probes cannot tell anything of people, which the same command with `--data "
           "folders:DIR` would.";
  const std::vector<Untold> refused = refused_measures(run);
  const std::string failed = failed_faces(run);
  std::string clause;
  if (!refused.empty()) {
    clause = refused_clause(run, refused);
  } else if (!has_stage(run, "capture")) {
    clause =
        "whether the face would be found again under these conditions, which the same command with "
        "`stage: both` in the suite would answer";
  } else {
    clause =
        "how the models do on photographs unlike these, which the same command with `--data "
        "images:DIR` on your own would answer";
  }
  if (!failed.empty()) clause += fmt::format("; it also says nothing of the {}", failed);
  return fmt::format("This data cannot tell {}.", clause);
}

}  // namespace robench::finding
