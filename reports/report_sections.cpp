// SPDX-License-Identifier: Apache-2.0
#include "reports/report_sections.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/missing_values.h"
#include "reports/numbers.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

const std::string kSelfNonMatch = "self_non_match_rate";
constexpr int kRateDecimals = 2;  // of percent: a false match rate of 1e-3 is 0.10 %

Names code(const Names& names) {
  Names result;
  for (const std::string& name : names) result.push_back(markdown_code(name));
  return result;
}

std::string count_text(const Measure* measure) {
  if (!available(measure)) return "n/a";
  return grouped(measure->n) + (measure->n < kFewSamples ? " (few)" : "");
}

std::string value_and_interval(const Measure* measure, int decimals) {
  const Shown parts = shown(measure, decimals);
  return parts.interval.empty() ? parts.value : parts.value + " " + parts.interval;
}

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
      cells.push_back(count_text(entry.drift));
    }
    table.add(std::move(cells));
  }
  return table;
}

/// A cell per model; nullptr where a model was not judged.
std::vector<const CellRecord*> clean_cells(const RunRecord& run, const std::string& stage) {
  std::vector<const CellRecord*> cells;
  for (const std::string& model : run.models) cells.push_back(clean_cell(run, model, stage));
  return cells;
}

bool begins_with(const std::string& text, std::string_view prefix) { return text.rfind(prefix, 0) == 0; }

bool is_verification(const std::string& name) {
  static const std::set<std::string> kNames{"eer", "auc",  "d_prime",    "lfw_accuracy",
                                            "fmr", "fnmr", kSelfNonMatch};
  return kNames.count(name) > 0 || begins_with(name, "fnmr@");
}

/// Notes of measures that have a value, each once, with the measures that it stands for.
std::string notes_below(const RunRecord& run, const std::vector<const CellRecord*>& cells,
                        const Names& names) {
  std::string text;
  for (std::size_t m = 0; m < cells.size(); ++m) {
    if (cells[m] == nullptr) continue;
    std::vector<std::pair<std::string, Names>> by_note;
    for (const std::string& name : names) {
      const Measure* measure = find_measure(*cells[m], name);
      if (!available(measure) || measure->note.empty()) continue;
      auto known = std::find_if(by_note.begin(), by_note.end(),
                                [&](const auto& entry) { return entry.first == measure->note; });
      if (known == by_note.end()) known = by_note.insert(known, {measure->note, {}});
      known->second.push_back(name);
    }
    for (const auto& [note, measures] : by_note) {
      text += fmt::format("- {}, {}: {}\n", markdown_text(run.models[m]),
                          fmt::join(code(measures), ", "), markdown_sentence(note));
    }
  }
  return text;
}

/// The conditions of one family at one stage for one model.
std::vector<const CellRecord*> conditions_of(const std::vector<const CellRecord*>& pooled,
                                             const std::string& model, const std::string& stage,
                                             const std::string& family) {
  std::vector<const CellRecord*> cells;
  for (const CellRecord* cell : pooled) {
    const bool wanted = cell->model == model && cell->stage == stage && cell->family == family;
    if (wanted && !repeats_clean(*cell)) cells.push_back(cell);
  }
  return cells;
}

std::string lowest_among(const std::vector<const CellRecord*>& cells, const std::string& name) {
  const CellRecord* lowest = nullptr;
  double value = 0;
  for (const CellRecord* cell : cells) {
    const Measure* measure = find_measure(*cell, name);
    if (!available(measure) || (lowest != nullptr && measure->value >= value)) continue;
    lowest = cell;
    value = measure->value;
  }
  if (lowest == nullptr) return "n/a";
  return shown(find_measure(*lowest, name)).value + " at " + markdown_code(lowest->label);
}

std::string geometry_table(const RunRecord& run, const std::string& stage, const std::string& family,
                           const Names& names) {
  const auto pooled = pooled_cells(run);
  const auto clean = clean_cells(run, stage);
  Names titles{"quantity"};
  for (const std::string& model : run.models) {
    titles.push_back(markdown_text(model) + "<br>clean [95 % CI]");
    titles.push_back(markdown_text(model) + "<br>lowest in " + markdown_text(family));
  }
  MarkdownTable table(titles);
  for (const std::string& name : names) {
    Names cells{markdown_code(name)};
    for (std::size_t m = 0; m < run.models.size(); ++m) {
      const Measure* measure = clean[m] == nullptr ? nullptr : find_measure(*clean[m], name);
      cells.push_back(value_and_interval(measure, 1));
      cells.push_back(lowest_among(conditions_of(pooled, run.models[m], stage, family), name));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

/// Names of the clean cells' measures for which `wanted` holds, in order of appearance.
template <typename Wanted>
Names names_of(const std::vector<const CellRecord*>& cells, Wanted wanted) {
  Names names;
  for (const CellRecord* cell : cells) {
    if (cell == nullptr) continue;
    for (const Measure& measure : cell->measures) {
      if (wanted(measure.name)) add_once(names, measure.name);
    }
  }
  return names;
}

Names families_of(const RunRecord& run, const std::string& stage) {
  Names families;
  for (const CellRecord& cell : run.cells) {
    if (cell.stage == stage && cell.perturbation != "identity") add_once(families, cell.family);
  }
  return families;
}

std::string status_table(const RunRecord& run) {
  std::map<std::string, std::map<std::string, int>> counts;  // status, model
  std::map<std::string, int> fallbacks;
  for (const SampleRecord& sample : run.samples) {
    ++counts[sample.status][sample.model];
    fallbacks[sample.model] += sample.fallback_box ? 1 : 0;
  }
  Names titles{"clean pictures"};
  for (const std::string& model : run.models) titles.push_back(markdown_text(model));
  MarkdownTable table(titles);
  const auto add = [&](const std::string& label, std::map<std::string, int>& by_model) {
    Names cells{label};
    for (const std::string& model : run.models) cells.push_back(grouped(by_model[model]));
    table.add(std::move(cells));
  };
  add("`ok`", counts["ok"]);
  for (auto& [status, by_model] : counts) {
    if (status != "ok") add(markdown_code(status), by_model);
  }
  add("of the `ok`: fall-back box", fallbacks);
  return table.text();
}

/// Why faces were not found again, condition by condition. No model takes part in that, so the first
/// one's cells speak for all.
std::string search_table(const RunRecord& run, const std::string& stage) {
  static const std::string kReason = "failure_to_acquire_rate:";
  const auto is_wanted = [](const std::string& name) {
    return name == "wrong_face_rate" ||
           (begins_with(name, kReason) && name != kReason + "non_finite_embedding");
  };
  std::vector<const CellRecord*> cells;
  for (const CellRecord* cell : pooled_cells(run)) {
    const bool wanted = cell->stage == stage && cell->model == run.models.front();
    if (wanted && !repeats_clean(*cell)) cells.push_back(cell);
  }
  const Names names = names_of(cells, is_wanted);
  if (names.empty()) return "";
  Names titles{"condition"};
  for (const std::string& name : names) titles.push_back(markdown_code(name) + "<br>% [95 % CI]");
  MarkdownTable table(titles);
  for (const CellRecord* cell : cells) {
    Names row{cell->perturbation == "identity" ? "clean" : markdown_code(cell->label)};
    for (const std::string& name : names) {
      const Measure* measure = find_measure(*cell, name);
      // A reason that does not occur has no row in the record.
      row.push_back(measure == nullptr ? "0.0" : value_and_interval(measure, 1));
    }
    table.add(std::move(row));
  }
  return fmt::format("\nFound again at the {} stage:\n\n", markdown_text(stage)) + table.text();
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
  return fmt::format(
      "The suite {} on the data {}: {} faces from {} photographs, {} model{} ({}), {} perturbed "
      "conditions at the {} stage{}, seed {}.{} Each model sees the same pixels.\n",
      markdown_code(run.suite), markdown_code(run.data),
      grouped(static_cast<std::int64_t>(faces.size())),
      grouped(static_cast<std::int64_t>(photographs.size())), run.models.size(),
      run.models.size() == 1 ? "" : "s", fmt::join(code(run.models), ", "), conditions,
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
  text +=
      "\n- drift: mean angle between the clean and the perturbed embedding of a face, in degrees; n is "
      "the number of faces in it\n";
  if (comparison.non_match == "fnmr") {
    text += "- FNMR: false non-match rate, mated comparisons refused at the frozen clean threshold\n";
  } else if (!comparison.non_match.empty()) {
    text +=
        "- self non-match rate: clean picture against its own perturbed one, refused at the card's "
        "published threshold; not an FNMR\n";
  }
  text +=
      "- failure to acquire: share of the faces that gave no embedding\n"
      "- ▲ most and ▼ least drift of a model **within a family**; families are not on one scale\n";
  text += fmt::format("- (few): n below {}; n/a: no value, the reason is in the notes\n", kFewSamples);
  return text;
}

std::string verification_section(const RunRecord& run) {
  const Names stages = stages_of(run);
  if (stages.empty()) return "";
  const auto cells = clean_cells(run, stages.front());
  Names names = names_of(cells, is_verification);
  // On clean pictures it is 0 by definition; it stands here for its note, the card's threshold.
  if (compare_models(run).non_match != kSelfNonMatch) std::erase(names, kSelfNonMatch);
  if (names.empty()) return "";
  Names titles{"clean pictures"};
  for (const std::string& model : run.models) {
    titles.push_back(markdown_text(model) + "<br>value [95 % CI]");
    titles.push_back(markdown_text(model) + "<br>n");
  }
  MarkdownTable table(titles);
  for (const std::string& name : names) {
    Names row{markdown_code(name)};
    for (const CellRecord* cell : cells) {
      const Measure* measure = cell == nullptr ? nullptr : find_measure(*cell, name);
      row.push_back(in_words(measure, kRateDecimals));
      row.push_back(count_text(measure));
    }
    table.add(std::move(row));
  }
  const std::string notes = notes_below(run, cells, names);
  return "\n## Verification\n\n" + table.text() + (notes.empty() ? "" : "\n" + notes);
}

std::string geometry_section(const RunRecord& run) {
  const Names stages = stages_of(run);
  if (stages.empty()) return "";
  const std::string& stage = stages.front();
  const Names names = names_of(clean_cells(run, stage),
                               [](const std::string& name) { return begins_with(name, "geometry_"); });
  if (names.empty()) return "";
  const bool has_value = std::any_of(run.cells.begin(), run.cells.end(), [](const CellRecord& cell) {
    return std::any_of(cell.measures.begin(), cell.measures.end(), [](const Measure& measure) {
      return begins_with(measure.name, "geometry_") && available(&measure);
    });
  });
  if (!has_value) return "\n## Geometry\n\nNo value; the reason is in the notes.\n";
  std::string text = fmt::format(
      "\n## Geometry\n\nWhat of the face's geometry can be read from the embedding, {} stage: probes "
      "trained on clean embeddings, frozen for the conditions.\n",
      markdown_text(stage));
  for (const std::string& family : families_of(run, stage)) {
    text +=
        fmt::format("\n### {}\n\n", markdown_text(family)) + geometry_table(run, stage, family, names);
  }
  return text;
}

std::string acquisition_section(const RunRecord& run) {
  if (run.samples.empty()) return "";
  std::string text = "\n## Acquisition\n\n" + status_table(run);
  for (const std::string& stage : stages_of(run)) {
    if (stage != "crop") text += search_table(run, stage);
  }
  return text;
}

std::string notes_section(const RunRecord& run) {
  std::string text;
  for (const std::string& note : run.notes) text += "- " + markdown_sentence(note) + "\n";
  for (const auto& [reason, names] : missing_values(run)) {
    text +=
        fmt::format("- no value for {}: {}\n", fmt::join(code(names), ", "), markdown_sentence(reason));
  }
  return text.empty() ? "" : "\n## Notes\n\n" + text;
}

}  // namespace robench
