// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "perturb/error.h"
#include "reports/terminal_table.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
constexpr const char* kSuiteUsage = "robench suite SUITE [options]";
constexpr int kColumnsWithoutTerminal = 100;

int terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kColumnsWithoutTerminal;
}

bool wants_colour() { return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr; }

/// A store that lasts as long as the run, for --no-cache.
class ScratchFolder {
 public:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) { fs::remove_all(path_); }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

 private:
  fs::path path_;
};

RunResult run_with_store(const Suite& suite, const RunOptions& options, const fs::path& out) {
  if (options.use_cache) return run_suite(suite, options, Store(cache_folder() / "store"));
  const fs::path scratch = out / ".scratch";
  const ScratchFolder cleanup(scratch);
  return run_suite(suite, options, Store(scratch));
}

/// Other data or a part of the conditions must not overwrite the run of the suite as it stands.
fs::path default_folder(const Suite& suite, const po::variables_map& values) {
  std::string name = suite.name;
  if (values.count("data") > 0) name += "-" + suite.data.kind;
  if (values.count("only") > 0) name += "-only";
  return fs::path("runs") / name;
}

/// A run without any face has documents and reasons, but is no success.
void refuse_if_nothing_acquired(const RunRecord& run, const fs::path& out) {
  constexpr std::size_t kMostReasons = 5;
  std::vector<std::string> reasons;
  for (const SampleRecord& sample : run.samples) {
    if (sample.status == "ok") return;
    const std::string reason = fmt::format("{}: {}", sample.path, sample.reason);
    if (reasons.size() < kMostReasons && (reasons.empty() || reasons.back() != reason))
      reasons.push_back(reason);
  }
  throw EnvironmentError(
      "no face was acquired from any picture",
      fmt::format("{}\nall reasons: {}", fmt::join(reasons, "\n"), (out / "samples.csv").string()));
}

int report_gates(const RunRecord& run) {
  int failed = 0;
  for (const GateRecord& gate : run.gates) {
    fmt::print(stderr, "require {}: {}: {}\n", gate.passed ? "passed" : "FAILED", gate.text, gate.found);
    failed += gate.passed ? 0 : 1;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace

int suite_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kSuiteUsage,
      "Runs a suite and writes its table, run.json, rows.csv, samples.csv, report.md and report.html.",
      "robench suite smoke.yaml --out runs/smoke");
  add_suite_options(command);
  command.option("out,o", po::value<std::string>(),
                 "folder for the documents [runs/SUITE, with the kind of --data and `only` behind it]");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const Suite suite = suite_from_options(*values, kSuiteUsage);
  const RunOptions options = run_options(*values);
  const fs::path out = values->count("out") > 0 ? fs::path((*values)["out"].as<std::string>())
                                                : default_folder(suite, *values);

  RunResult result = run_with_store(suite, options, out);
  std::string typed = "robench suite";
  for (const auto& argument : arguments) typed += " " + argument;
  if (!options.is_private) {
    result.record.execution["command"] = typed;
    result.record.execution["out"] = out.string();
  }
  fs::create_directories(out);
  write_outputs(result, suite, out);
  fmt::print("{}", terminal_report(result.record, terminal_columns(), wants_colour()));
  std::fflush(stdout);
  fmt::print(stderr, "{}: report.html to look at, report.md, {}rows.csv, samples.csv, run.json\n",
             out.string(), result.contact_sheet ? "contact_sheet.png, " : "");
  refuse_if_nothing_acquired(result.record, out);
  return report_gates(result.record);
}

}  // namespace robench
