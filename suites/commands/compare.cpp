// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <functional>

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

using Format = std::string (*)(const RunComparison&);

Format format_of(const std::string& name) {
  if (name == "terminal") return comparison_text;
  if (name == "markdown") return comparison_markdown;
  if (name == "csv") return comparison_csv;
  throw ConfigError("unknown format '" + name + "'", suggestion(name, {"terminal", "markdown", "csv"}));
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
  command.option("as", po::value<std::string>()->default_value("terminal"), "terminal, markdown or csv")
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
  const Format write = format_of((*values)["as"].as<std::string>());
  const Margins margins = margins_from(list_of(*values, "margin"));

  const LoadedRun first = load_run(names.front());
  std::string text;
  for (std::size_t i = 1; i < names.size(); ++i) {
    const LoadedRun other = load_run(names[i]);
    refuse_different_settings(first, other, false);
    RunComparison comparison =
        compare_runs(first.outcomes, other.outcomes,
                     paired_models(first.outcomes, other.outcomes, list_of(*values, "pair")), margins);
    comparison.run_a = first.name;
    comparison.run_b = other.name;
    std::string one = write(comparison);
    // One header for all runs of a table.
    if (i > 1) one = write == comparison_csv ? one.substr(one.find('\n') + 1) : "\n" + one;
    text += one;
  }
  if (values->count("out") == 0)
    fmt::print("{}", text);
  else
    write_file_atomically((*values)["out"].as<std::string>(), text);
  return 0;
}

}  // namespace robench
