// SPDX-License-Identifier: Apache-2.0
// The program: a table of commands and the one place where errors end.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/command.h"
#include "suites/interrupt.h"
#include "suites/version.h"

namespace {

enum ExitCode { kOk = 0, kUsage = 2, kEnvironment = 3, kInterrupted = 130 };

void print_help(std::FILE* out) {
  fmt::print(out,
             "robench: how far can a face embedding be trusted when the photograph is not clean?\n\n"
             "usage: robench COMMAND [arguments]\n\n");
  for (const auto& command : robench::commands())
    fmt::print(out, "  {:<10}{}\n", command.name, command.summary);
  fmt::print(
      out,
      "\n`robench COMMAND --help` explains a command.\n\nexample:\n  robench suite lighting.yaml\n");
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_help(stderr);
    return kUsage;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") return print_help(stdout), kOk;
  if (name == "--version") return fmt::print("robench {}\n", robench::version()), kOk;
  std::vector<std::string> names;
  for (const auto& command : robench::commands()) {
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
    names.push_back(command.name);
  }
  throw robench::ConfigError("unknown command '" + name + "'", robench::suggestion(name, names));
}

}  // namespace

int main(int argc, char** argv) {
  // Parallelism is robench's own (one batch per worker); OpenMP threads of the libraries would only
  // compete with it. Read by LibTorch when its module is loaded.
  setenv("OMP_NUM_THREADS", "1", /*overwrite=*/0);
  try {
    return dispatch({argv + 1, argv + argc});
  } catch (const robench::ConfigError& error) {
    for (const auto& diagnostic : error.diagnostics())
      fmt::print(stderr, "{}\n", robench::to_string(diagnostic));
    return kUsage;
  } catch (const robench::Interrupted& interruption) {
    fmt::print(stderr, "robench: {}\n", interruption.what());
    return kInterrupted;
  } catch (const std::exception& error) {
    fmt::print(stderr, "robench: {}\n", error.what());
    return kEnvironment;
  }
}
