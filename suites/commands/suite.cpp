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
constexpr const char* kUsage = "robench suite SUITE [options]";
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
      kUsage, "Runs a suite and writes its table, run.json, rows.csv, samples.csv and report.md.",
      "robench suite smoke.yaml --out runs/smoke");
  add_suite_options(command);
  command.option("out,o", po::value<std::string>(), "folder for the documents [runs/NAME]");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const Suite suite = suite_from_options(*values, kUsage);
  const RunOptions options = run_options(*values);
  const fs::path out =
      values->count("out") > 0 ? (*values)["out"].as<std::string>() : "runs/" + suite.name;

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
  fmt::print(stderr, "report: {}   numbers: {}, {}, {}\n", (out / "report.md").string(),
             (out / "rows.csv").string(), (out / "samples.csv").string(), (out / "run.json").string());
  return report_gates(result.record);
}

}  // namespace robench
