// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>

#include "models/store.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/judge_candidate.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kUsage = "robench gate --baseline BASE.json CANDIDATE.json [options]";

CommandLine make_command() {
  CommandLine command(kUsage,
                      "May the candidate replace the baseline? Exit 0: yes; 1: no, or these data cannot "
                      "tell; 2: wrong usage or runs that cannot be compared.",
                      "robench gate --baseline runs/before runs/after --rules gate.yaml");
  command.positional("CANDIDATE");
  command.option("baseline", po::value<std::string>(), "run.json of what is in use, or its folder")
      .option("rules", po::value<std::string>(), "gate file [1 point of FNMR, FMR and not acquired]")
      .option("pair", po::value<std::vector<std::string>>(),
              "A=B: model B of the candidate stands for model A of the baseline")
      .option("junit", po::value<std::string>(), "file for the checks as JUnit XML")
      .option("undecided", po::value<std::string>(), "pass or fail: what undecided checks do [fail]")
      .flag("allow-seed-change", "compare runs of different seeds")
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

}  // namespace

int gate_command(const std::vector<std::string>& arguments) {
  const auto values = make_command().parse(arguments);
  if (!values) return 0;
  const std::string candidate_name = required_argument(*values, "CANDIDATE", kUsage);
  if (values->count("baseline") == 0)
    throw ConfigError("gate needs --baseline", std::string("usage: ") + kUsage);
  const GateRules rules = values->count("rules") == 0
                              ? default_gate_rules()
                              : read_gate_rules((*values)["rules"].as<std::string>());
  const bool lenient = undecided_passes(*values, rules);
  const LoadedRun baseline = load_run((*values)["baseline"].as<std::string>());
  const LoadedRun candidate = load_run(candidate_name);
  const bool seed_may_differ = values->count("allow-seed-change") > 0;
  refuse_different_settings(baseline, candidate, seed_may_differ);
  const auto chosen = values->count("pair") == 0 ? std::vector<std::string>()
                                                 : (*values)["pair"].as<std::vector<std::string>>();
  GateReport report = judge_candidate(
      baseline, candidate, paired_models(baseline.outcomes, candidate.outcomes, chosen), rules);
  if (baseline.record.seed != candidate.record.seed)
    report.notes.push_back(fmt::format("Seeds differ ({} and {}): the noise is another one.",
                                       baseline.record.seed, candidate.record.seed));
  if (values->count("junit") > 0)
    write_file_atomically((*values)["junit"].as<std::string>(), gate_junit(report, lenient));
  fmt::print("{}", gate_text(report));
  if (values->count("github") > 0) fmt::print("{}", gate_annotations(report));
  const GateVerdict verdict = report.verdict();
  return verdict == GateVerdict::pass || (verdict == GateVerdict::undecided && lenient) ? 0 : 1;
}

}  // namespace robench
