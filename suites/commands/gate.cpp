// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "models/store.h"
#include "perturb/error.h"
#include "suites/baseline.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/judge_candidate.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kGateUsage = "robench gate --baseline BASE.json CANDIDATE.json [options]";

CommandLine make_command() {
  CommandLine command(kGateUsage,
                      "May the candidate replace the baseline? Exit 0: yes; 1: no, or these data cannot "
                      "tell; 2: wrong usage or runs that cannot be compared.",
                      "robench gate --baseline runs/before runs/after --rules gate.yaml");
  command.positional("CANDIDATE");
  command.option("baseline", po::value<std::string>(), "run.json of what is in use, or its folder")
      .option("rules", po::value<std::string>(), "gate file [1 point of FNMR, FMR and not acquired]")
      .option("pair", po::value<std::vector<std::string>>(),
              "A=B: model B of the candidate stands for model A of the baseline")
      .option("as", po::value<std::string>()->default_value("terminal"), "terminal or markdown")
      .option("junit", po::value<std::string>(), "file for the checks as JUnit XML")
      .option("undecided", po::value<std::string>(), "pass or fail: what undecided checks do [fail]")
      .flag("allow-seed-change", "compare runs of different seeds")
      .flag("update", "put the candidate in the place of the baseline, with a summary to be reviewed")
      .flag("github", "annotations for GitHub Actions on stdout");
  return command;
}

bool undecided_passes(const po::variables_map& values, const GateRules& rules) {
  if (values.count("undecided") == 0) return rules.undecided_passes;
  const auto text = values["undecided"].as<std::string>();
  if (text != "pass" && text != "fail")
    throw ConfigError("--undecided '" + text + "'", suggestion(text, {"pass", "fail"}));
  return text == "pass";
}

GateReport judged(const po::variables_map& values, const LoadedRun& baseline, const LoadedRun& candidate,
                  const GateRules& rules) {
  const auto chosen = values.count("pair") == 0 ? std::vector<std::string>()
                                                : values["pair"].as<std::vector<std::string>>();
  refuse_different_settings(baseline, candidate, values.count("allow-seed-change") > 0);
  GateReport report = judge_candidate(
      baseline, candidate, paired_models(baseline.outcomes, candidate.outcomes, chosen), rules);
  if (baseline.record.seed != candidate.record.seed)
    report.notes.push_back(fmt::format("Seeds differ ({} and {}): the noise is another one.",
                                       baseline.record.seed, candidate.record.seed));
  return report;
}

void write_junit(const std::filesystem::path& file, const GateReport& report) {
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
  write_file_atomically(file, gate_junit(report));
}

/// A new baseline is a decision of people: the verdict is shown, and no verdict prevents it.
int update_baseline(const po::variables_map& values, const LoadedRun& candidate,
                    const GateRules& rules) {
  const auto file = baseline_file(values["baseline"].as<std::string>());
  if (!std::filesystem::exists(file)) {
    fmt::print("{}: no baseline so far\n", file.string());
  } else {
    try {
      fmt::print("{}", gate_text(judged(values, load_run(file.string()), candidate, rules)));
    } catch (const ConfigError& error) {
      fmt::print("No verdict on the old baseline: {}\n", error.what());
    }
  }
  replace_baseline(file, candidate, rules);
  fmt::print("\nThe baseline is now {}. Review `git diff {}`, then commit the folder.\n", candidate.name,
             (file.parent_path() / kBaselineSummary).string());
  return 0;
}

}  // namespace

int gate_command(const std::vector<std::string>& arguments) {
  const auto values = make_command().parse(arguments);
  if (!values) return 0;
  const std::string candidate_name = required_argument(*values, "CANDIDATE", kGateUsage);
  if (values->count("baseline") == 0)
    throw ConfigError("gate needs --baseline", std::string("usage: ") + kGateUsage);
  const GateRules rules = values->count("rules") == 0
                              ? default_gate_rules()
                              : read_gate_rules((*values)["rules"].as<std::string>());
  const bool lenient = undecided_passes(*values, rules);
  const auto format = (*values)["as"].as<std::string>();
  if (format != "terminal" && format != "markdown")
    throw ConfigError("unknown format '" + format + "'", suggestion(format, {"terminal", "markdown"}));
  if (values->count("update") > 0) return update_baseline(*values, load_run(candidate_name), rules);
  const LoadedRun baseline = load_run((*values)["baseline"].as<std::string>());
  GateReport report = judged(*values, baseline, load_run(candidate_name), rules);
  report.undecided_passes = lenient;
  fmt::print("{}", format == "markdown" ? gate_markdown(report) : gate_text(report));
  std::fflush(stdout);  // the verdict first: the file may fail
  if (values->count("junit") > 0) write_junit((*values)["junit"].as<std::string>(), report);
  if (values->count("github") > 0) fmt::print("{}", gate_annotations(report));
  const GateVerdict verdict = report.verdict();
  return verdict == GateVerdict::pass || (verdict == GateVerdict::undecided && lenient) ? 0 : 1;
}

}  // namespace robench
