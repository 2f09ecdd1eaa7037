// SPDX-License-Identifier: Apache-2.0
#include "suites/two_runs.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "perturb/error.h"
#include "reports/outcome_files.h"
#include "reports/run_comparison.h"

namespace robench {
namespace {

std::vector<std::string> names_of(const RunOutcomes& run) {
  std::vector<std::string> names;
  for (const ModelOutcomes& model : run.models) names.push_back(model.model);
  return names;
}

std::size_t index_of(const RunOutcomes& run, const std::string& model, const char* which) {
  const auto names = names_of(run);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == model) return i;
  throw ConfigError(fmt::format("run {} has no model '{}'", which, model), suggestion(model, names));
}

/// "left=right"; throws ConfigError where there is no '='.
std::pair<std::string, std::string> split(const std::string& text, const char* option,
                                          const char* example) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw ConfigError(fmt::format("{} '{}' is not of the form {}", option, text, example));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

LoadedRun load_run(const std::string& name) {
  LoadedRun run;
  run.name = name;
  run.file = name;
  if (std::filesystem::is_directory(run.file)) run.file /= "run.json";
  run.record = read_run(run.file);
  run.outcomes = read_outcomes(run.file, run.record);
  return run;
}

void refuse_different_settings(const LoadedRun& a, const LoadedRun& b, bool ignore_seed) {
  const auto differences = setting_differences(a.outcomes, b.outcomes, ignore_seed);
  if (differences.empty()) return;
  throw ConfigError(fmt::format("the runs cannot be compared (A = {}, B = {}):\n  {}", a.name, b.name,
                                fmt::join(differences, "\n  ")),
                    "run both with the same suite, data, seed and robench");
}

std::vector<std::pair<std::size_t, std::size_t>> paired_models(const RunOutcomes& a,
                                                               const RunOutcomes& b,
                                                               const std::vector<std::string>& chosen) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const std::string& text : chosen) {
    const auto [left, right] = split(text, "--pair", "MODEL_OF_A=MODEL_OF_B");
    pairs.emplace_back(index_of(a, left, "A"), index_of(b, right, "B"));
  }
  if (!pairs.empty()) return pairs;
  for (std::size_t i = 0; i < a.models.size(); ++i)
    for (std::size_t j = 0; j < b.models.size(); ++j)
      if (a.models[i].model == b.models[j].model) pairs.emplace_back(i, j);
  if (pairs.empty() && a.models.size() == 1 && b.models.size() == 1) pairs.emplace_back(0, 0);
  if (pairs.empty())
    throw ConfigError(fmt::format("no model of A ({}) is in B ({})", fmt::join(names_of(a), ", "),
                                  fmt::join(names_of(b), ", ")),
                      "say which stands for which: --pair MODEL_OF_A=MODEL_OF_B");
  return pairs;
}

Margins margins_from(const std::vector<std::string>& given) {
  Margins margins = default_margins();
  for (const std::string& text : given) {
    const auto [measure, value] = split(text, "--margin", "METRIC=VALUE");
    if (!margins.contains(measure))
      throw ConfigError("--margin: unknown measure '" + measure + "'",
                        suggestion(measure, paired_measures()));
    double margin = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), margin);
    if (error != std::errc() || end != value.data() + value.size() || !(margin >= 0) ||
        std::isinf(margin))
      throw ConfigError(fmt::format("--margin {}: '{}' is no number of 0 or more", measure, value),
                        "shares, not percent: 0.01 is one point");
    if (margin > 1 && measure != "drift_angle_deg")
      throw ConfigError(fmt::format("--margin {}: {} is more than 100 %", measure, value),
                        "shares, not percent: 0.01 is one point");
    margins[measure] = margin;
  }
  return margins;
}

}  // namespace robench
