// SPDX-License-Identifier: Apache-2.0
#include "reports/findings.h"

#include <utility>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"

namespace robench {
namespace finding {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string rate_name(const std::string& non_match) {
  return non_match == "fnmr" ? "FNMR" : "self non-match rate";
}

std::vector<std::pair<std::string, Rows>> families(const StageComparison& stage) {
  std::vector<std::pair<std::string, Rows>> result;
  for (const ComparisonRow& row : stage.rows) {
    if (row.clean) continue;
    if (result.empty() || result.back().first != row.family) result.push_back({row.family, {}});
    result.back().second.push_back(&row);
  }
  return result;
}

std::string overlap_remark(const Rows& rows, const ComparisonRow& worst, std::size_t model,
                           const Measure* ComparisonEntry::*measure) {
  std::vector<std::string> others;
  for (const ComparisonRow* row : rows) {
    const Measure* value = row->entries[model].*measure;
    if (row == &worst || !available(value)) continue;
    if (!separable(*value, *(worst.entries[model].*measure))) others.push_back(row->label);
  }
  if (others.empty()) return "";
  return others.size() == 1 ? fmt::format("cannot be told from `{}`", others[0])
                            : fmt::format("cannot be told from {} others", others.size());
}

}  // namespace finding

std::vector<std::string> findings(const RunRecord& run) {
  constexpr std::size_t kMost = 5;
  const ModelComparison comparison = compare_models(run);
  std::vector<std::string> sentences = {finding::what_moves_most(comparison),
                                        finding::how_models_compare(comparison)};
  for (std::string& sentence : std::vector<std::string>{
           finding::which_faces_are_lost(run, comparison), finding::how_groups_differ(run),
           finding::how_models_rank(run), finding::where_rates_rise(comparison),
           finding::what_geometry_is_lost(run)})
    if (!sentence.empty() && sentences.size() + 1 < kMost) sentences.push_back(std::move(sentence));
  sentences.push_back(finding::what_cannot_be_told(run));
  return sentences;
}

}  // namespace robench
