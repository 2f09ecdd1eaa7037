// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "models/store.h"
#include "perturb/error.h"
#include "reports/run_comparison.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/two_runs.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kUsage = "robench compare A.json B.json [C.json ...] [options]";

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

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  CommandLine command(kUsage,
                      "Compares runs with the first one, person by person: better, worse, equivalent "
                      "within a margin, or cannot tell.",
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
    throw ConfigError("compare needs two runs or more", std::string("usage: ") + kUsage);
  const auto format = (*values)["as"].as<std::string>();
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end())
    throw ConfigError("unknown format '" + format + "'", suggestion(format, kFormats));
  const Margins margins = margins_from(list_of(*values, "margin"));

  const LoadedRun first = load_run(names.front());
  std::vector<RunComparison> comparisons;
  for (std::size_t i = 1; i < names.size(); ++i) {
    const LoadedRun other = load_run(names[i]);
    refuse_different_settings(first, other, false);
    comparisons.push_back(
        compare_runs(first.outcomes, other.outcomes,
                     paired_models(first.outcomes, other.outcomes, list_of(*values, "pair")), margins));
    comparisons.back().run_a = first.name;
    comparisons.back().run_b = other.name;
  }
  const std::string text = document(comparisons, format);
  if (values->count("out") == 0)
    fmt::print("{}", text);
  else
    write_file_atomically((*values)["out"].as<std::string>(), text);
  return 0;
}

}  // namespace robench
