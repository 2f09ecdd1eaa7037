// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "models/model_card.h"
#include "models/store.h"
#include "perturb/error.h"
#include "reports/run_comparison.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/two_runs.h"
#include "suites/version.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kCompareUsage = "robench compare RUN RUN... | RUN MODEL MODEL... [options]";

const std::vector<std::string> kFormats = {"terminal", "markdown", "csv", "json"};

/// All comparisons as one document: tables one below the other, CSV under one header.
std::string document(const std::vector<RunComparison>& comparisons, const std::string& format) {
  if (format == "json") return comparisons_json(comparisons);
  std::string text;
  for (const RunComparison& comparison : comparisons) {
    if (format == "csv") {
      const std::string rows = comparison_csv(comparison);
      text += text.empty() ? rows : rows.substr(rows.find('\n') + 1);
    } else {
      text += text.empty() ? "" : "\n";
      text += format == "markdown" ? comparison_markdown(comparison) : comparison_text(comparison);
    }
  }
  return text;
}

std::vector<std::string> list_of(const po::variables_map& values, const char* option) {
  return values.count(option) == 0 ? std::vector<std::string>()
                                   : values[option].as<std::vector<std::string>>();
}

bool is_model_of(const LoadedRun& run, const std::string& name) {
  const auto& models = run.record.models;
  return std::find(models.begin(), models.end(), name) != models.end() && !std::filesystem::exists(name);
}

/// Cards alone hold no numbers of these data.
void refuse_cards(const std::vector<std::string>& names) {
  const auto cards = shipped_card_names();
  if (std::filesystem::exists(names.front()) ||
      std::find(cards.begin(), cards.end(), names.front()) == cards.end())
    return;
  throw ConfigError(fmt::format("'{}' is a model: what it does is in a run with it", names.front()),
                    fmt::format("run a suite with `models: [{0}]`, then: robench compare RUN {1}",
                                fmt::join(names, ", "), fmt::join(names, " ")));
}

/// What both runs have in common, for a reader who did not make them.
std::string context_of(const LoadedRun& run) {
  return fmt::format("Suite {} on {}, {} {}, seed {}; robench {}", run.record.suite, run.record.data,
                     run.outcomes.samples.size(), sample_words(run.record).many, run.record.seed,
                     version());
}

/// Later models of one run against the first that is named.
std::vector<RunComparison> compare_models(const LoadedRun& run, const std::vector<std::string>& models,
                                          const Margins& margins) {
  std::vector<RunComparison> comparisons;
  for (std::size_t i = 1; i < models.size(); ++i) {
    const auto pair = paired_models(run.outcomes, run.outcomes, {models.front() + "=" + models[i]});
    RunComparison comparison = compare_runs(run.outcomes, run.outcomes, pair, margins);
    comparison.run_a = comparison.run_b = run.name;
    comparison.context = context_of(run);
    comparison.units = unit_words(run.record);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

/// Later runs against the first, `pairs` as typed.
std::vector<RunComparison> compare_with_first(const LoadedRun& first,
                                              const std::vector<std::string>& others,
                                              const std::vector<std::string>& pairs,
                                              const Margins& margins) {
  std::vector<RunComparison> comparisons;
  for (const std::string& name : others) {
    const LoadedRun other = load_run(name);
    refuse_different_settings(first, other, false);
    comparisons.push_back(compare_runs(first.outcomes, other.outcomes,
                                       paired_models(first.outcomes, other.outcomes, pairs), margins));
    comparisons.back().run_a = first.name;
    comparisons.back().run_b = other.name;
    comparisons.back().context = context_of(first);
    comparisons.back().units = unit_words(first.record);
  }
  return comparisons;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kCompareUsage,
      "Compares runs with the first one, or models of one run with the first that is named, person "
      "by person:\nbetter, worse, equivalent within a margin, or cannot tell.",
      "robench compare runs/before runs/after --as markdown");
  command.positional("RUNS", -1);
  command
      .option("as", po::value<std::string>()->default_value("terminal"),
              "terminal, markdown, csv or json")
      .option("margin", po::value<std::vector<std::string>>(),
              "METRIC=VALUE: differences up to VALUE count as none [one point, one degree]")
      .option("pair", po::value<std::vector<std::string>>(),
              "A=B: model B of the later run stands for model A of the first")
      .option("out,o", po::value<std::string>(), "file to write [stdout]");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const auto names = list_of(*values, "RUNS");
  if (names.size() < 2)
    throw ConfigError("compare needs two runs, or a run and two of its models",
                      std::string("usage: ") + kCompareUsage);
  const auto format = (*values)["as"].as<std::string>();
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end())
    throw ConfigError("unknown format '" + format + "'", suggestion(format, kFormats));
  const Margins margins = margins_from(list_of(*values, "margin"));

  refuse_cards(names);
  const LoadedRun first = load_run(names.front());
  const std::vector<std::string> others(names.begin() + 1, names.end());
  const bool are_models = std::any_of(others.begin(), others.end(),
                                      [&](const auto& name) { return is_model_of(first, name); });
  for (const std::string& name : others)
    if (are_models && !is_model_of(first, name))
      throw ConfigError(fmt::format("'{}' is no model of {}", name, first.name),
                        fmt::format("its models: {}", fmt::join(first.record.models, ", ")));
  if (are_models && others.size() < 2)
    throw ConfigError("a model is compared with another one of the run",
                      std::string("usage: ") + kCompareUsage);
  const auto comparisons = are_models
                               ? compare_models(first, others, margins)
                               : compare_with_first(first, others, list_of(*values, "pair"), margins);
  const std::string text = document(comparisons, format);
  if (values->count("out") == 0)
    fmt::print("{}", text);
  else
    write_file_atomically((*values)["out"].as<std::string>(), text);
  return 0;
}

}  // namespace robench
