// SPDX-License-Identifier: Apache-2.0
// Rates on the clean pictures, for report.md.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/numbers.h"
#include "reports/report_sections.h"
#include "reports/section_parts.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

const std::string kSelfNonMatch = "self_non_match_rate";
constexpr int kRateDecimals = 2;  // of percent: a false match rate of 1e-3 is 0.10 %

bool is_verification(const std::string& name) {
  static const std::set<std::string> kNames{"eer", "auc",  "d_prime",    "lfw_accuracy",
                                            "fmr", "fnmr", kSelfNonMatch};
  return kNames.count(name) > 0 || name.starts_with("fnmr@");
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
                          fmt::join(code_spans(measures), ", "), markdown_sentence(note));
    }
  }
  return text;
}

}  // namespace

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
      row.push_back(count_in_words(measure));
    }
    table.add(std::move(row));
  }
  const std::string notes = notes_below(run, cells, names);
  return "\n## Verification\n\n" + table.text() + (notes.empty() ? "" : "\n" + notes);
}

}  // namespace robench
