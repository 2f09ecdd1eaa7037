// SPDX-License-Identifier: Apache-2.0
#include "reports/run_comparison.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/numbers.h"

namespace robench {
namespace {

/// Mean FNMR of each name, worst first.
std::vector<std::string> worst_first(const std::map<std::string, std::vector<double>>& rates) {
  std::vector<std::pair<double, std::string>> means;
  for (const auto& [name, values] : rates) {
    double sum = 0;
    for (const double value : values) sum += value;
    means.emplace_back(-sum / static_cast<double>(values.size()), name);
  }
  std::sort(means.begin(), means.end());
  std::vector<std::string> names;
  for (const auto& [mean, name] : means) names.push_back(name);
  return names;
}

using Rates = std::map<std::string, std::vector<double>>;

std::string order_change(const std::string& what, const Rates& a, const Rates& b) {
  if (a.size() < 2 || worst_first(a) == worst_first(b)) return "";
  return fmt::format("{}, most false non-matches first: {}; before: {}", what,
                     fmt::join(worst_first(b), ", "), fmt::join(worst_first(a), ", "));
}

}  // namespace

std::vector<std::string> setting_differences(const RunOutcomes& a, const RunOutcomes& b,
                                             bool ignore_seed) {
  std::vector<std::string> differences;
  for (const auto& [name, value] : a.setting) {
    const auto other = b.setting.find(name);
    const bool optional = name.starts_with("perturbation ");
    if (other == b.setting.end() ? optional : value == other->second) continue;
    if (ignore_seed && name == "seed") continue;
    differences.push_back(fmt::format("{}: {} in A, {} in B", name, value,
                                      other == b.setting.end() ? "unknown" : other->second));
  }
  const auto same_trial = [](const Trial& x, const Trial& y) {
    return x.reference == y.reference && x.probe == y.probe && x.mated == y.mated;
  };
  if (a.samples != b.samples)
    differences.push_back(fmt::format("samples: {} faces in A, {} in B, not the same ones",
                                      grouped(static_cast<std::int64_t>(a.samples.size())),
                                      grouped(static_cast<std::int64_t>(b.samples.size()))));
  else if (a.half != b.half ||
           !std::equal(a.trials.begin(), a.trials.end(), b.trials.begin(), b.trials.end(), same_trial))
    differences.emplace_back("trials: not the same comparisons of the same faces");
  return differences;
}

RunComparison compare_runs(const RunOutcomes& a, const RunOutcomes& b,
                           const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                           const Margins& margins) {
  RunComparison comparison;
  comparison.people = a.units;
  const std::uint64_t seed = std::stoull(a.setting.at("seed"));
  for (const auto& [of_a, of_b] : pairs) {
    const ModelOutcomes& model_a = a.models[of_a];
    const ModelOutcomes& model_b = b.models[of_b];
    ComparedPair pair{model_a.model, model_b.model, paired_cells(a, model_a, model_b), {}, {}, {},
                      model_a.scale, model_b.scale};
    pair.judged = paired_verdicts(pair.cells, a.units, seed, margins);
    pair.missing_in_b = missing_conditions(model_a, model_b);
    pair.missing_in_a = missing_conditions(model_b, model_a);
    comparison.pairs.push_back(std::move(pair));
  }
  return comparison;
}

std::vector<std::string> ranking_changes(const RunComparison& comparison) {
  std::vector<std::string> changes;
  Rates models_a;
  Rates models_b;
  for (const ComparedPair& pair : comparison.pairs) {
    Rates families_a;
    Rates families_b;
    for (const PairedCell& cell : pair.cells) {
      if (cell.measure != "fnmr" || cell.values.empty() || cell.clean) continue;
      families_a[cell.family].push_back(cell.a);
      families_b[cell.family].push_back(cell.b);
      models_a[pair.model_a].push_back(cell.a);
      models_b[pair.model_a].push_back(cell.b);  // by one name, so that the orders can be compared
    }
    changes.push_back(order_change("families of " + pair.model_b, families_a, families_b));
  }
  changes.push_back(order_change("models", models_a, models_b));
  std::erase(changes, "");
  return changes;
}

}  // namespace robench
