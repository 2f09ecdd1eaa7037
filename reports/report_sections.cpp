// SPDX-License-Identifier: Apache-2.0
#include "reports/report_sections.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/missing_values.h"
#include "reports/numbers.h"
#include "reports/section_parts.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

std::string drift_text(const ComparisonRow& row, const ComparisonEntry& entry) {
  std::string text = row.clean ? shown(entry.drift).value : value_and_interval(entry.drift, 1);
  if (entry.rank == Rank::most) return "▲ **" + text + "**";
  if (entry.rank == Rank::least) return "▼ **" + text + "**";
  return text;
}

std::string rate_heading(const ModelComparison& comparison) {
  return comparison.non_match == "fnmr" ? "FNMR" : "self non-match rate";
}

MarkdownTable stage_table_of(const StageComparison& stage, const ModelComparison& comparison) {
  Names titles{"condition"};
  for (const std::string& model : comparison.models) {
    const std::string name = markdown_text(model);
    titles.push_back(name + "<br>drift, deg [95 % CI]");
    if (!comparison.non_match.empty()) {
      titles.push_back(fmt::format("{}<br>{}, % [95 % CI]", name, rate_heading(comparison)));
    }
    titles.push_back(name + "<br>failure to acquire, %");
    titles.push_back(name + "<br>n");
  }
  MarkdownTable table(titles);
  std::string family;
  for (const ComparisonRow& row : stage.rows) {
    if (!row.clean && row.family != family) {
      family = row.family;
      table.add({"**" + markdown_text(family) + "**"});
    }
    Names cells{row.clean ? "clean" : markdown_code(row.label)};
    for (const ComparisonEntry& entry : row.entries) {
      cells.push_back(drift_text(row, entry));
      if (!comparison.non_match.empty()) cells.push_back(value_and_interval(entry.non_match, 1));
      cells.push_back(shown(entry.failure).value);
      cells.push_back(count_in_words(entry.drift));
    }
    table.add(std::move(cells));
  }
  return table;
}

}  // namespace

std::string what_was_run(const RunRecord& run, const ModelComparison& comparison) {
  std::set<std::pair<std::string, int>> faces;
  std::set<std::string> photographs;
  for (const SampleRecord& sample : run.samples) {
    faces.insert({sample.path, sample.face});
    photographs.insert(sample.path);
  }
  std::size_t conditions = 0;
  for (const StageComparison& stage : comparison.stages) {
    conditions += static_cast<std::size_t>(std::count_if(
        stage.rows.begin(), stage.rows.end(), [](const ComparisonRow& row) { return !row.clean; }));
  }
  const Names stages = stages_of(run);
  const std::string samples = is_of_probes(run)
                                  ? counted(faces.size(), "generated probe")
                                  : fmt::format("{} from {}", counted(faces.size(), "face"),
                                                counted(photographs.size(), "photograph"));
  return fmt::format(
      "The suite {} on the data {}: {}, {} ({}), {} at the {} stage{}, seed {}.{} Each model sees the "
      "same pixels.\n",
      markdown_code(run.suite), markdown_code(run.data), samples, counted(run.models.size(), "model"),
      fmt::join(code_spans(run.models), ", "), counted(conditions, "perturbed condition"),
      stages.empty() ? "(no)" : fmt::format("{}", fmt::join(stages, " and ")),
      stages.size() > 1 ? "s" : "", run.seed,
      run.is_private ? " A private run: names of files and subjects are hashes." : "");
}

std::string comparison_section(const ModelComparison& comparison) {
  std::string text;
  for (const StageComparison& stage : comparison.stages) {
    text += fmt::format("\n## Comparison, {} stage\n\n", markdown_text(stage.stage));
    if (stage.stage == "crop") text += "Aligned by clean landmarks: a lower bound on drift.\n\n";
    text += stage_table_of(stage, comparison).text();
  }
  if (text.empty()) return "";
  text += fmt::format(
      "\n- drift: mean angle between the clean and the perturbed embedding of a {}, in degrees; n is "
      "the number of {} in it\n",
      comparison.samples.one, comparison.samples.many);
  if (comparison.non_match == "fnmr") {
    text += fmt::format("- FNMR: false non-match rate, mated comparisons refused at {}\n",
                        comparison.threshold);
  } else if (!comparison.non_match.empty()) {
    text +=
        "- self non-match rate: clean picture against its own perturbed one, refused at the card's "
        "published threshold; not an FNMR\n";
  }
  text += fmt::format(
      "- failure to acquire: share of the {} that gave no embedding\n"
      "- ▲ most and ▼ least drift of a model **within a family**; families are not on one scale\n"
      "- (few): n below {}; n/a: no value, the reason is in the notes\n",
      comparison.samples.many, kFewSamples);
  return text;
}

std::string notes_section(const RunRecord& run) {
  std::string text;
  for (const std::string& note : run.notes) text += "- " + markdown_sentence(note) + "\n";
  for (const auto& [reason, names] : missing_values(run)) {
    const NamedAndCounted parts = named_and_counted(names);
    std::vector<std::string> words = code_spans(parts.named);
    words.insert(words.end(), parts.counted.begin(), parts.counted.end());
    text += fmt::format("- no value for {}: {}\n", fmt::join(words, ", "), markdown_sentence(reason));
  }
  return text.empty() ? "" : "\n## Notes\n\n" + text;
}

}  // namespace robench
