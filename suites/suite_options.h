// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "suites/command_line.h"
#include "suites/experiment.h"
#include "suites/suite.h"

namespace robench {

/// Options that `suite` and `plan` share: what of a suite is run, and on what.
void add_suite_options(CommandLine& command);

/// The suite named on the command line with --only, --data and --models applied. Says on stderr which
/// file it is when that is not the file as typed.
[[nodiscard]] Suite suite_from_options(const boost::program_options::variables_map& values,
                                       const std::string& usage);

/// --threads, --limit, --no-cache, --private. Throws ConfigError for values out of range.
[[nodiscard]] RunOptions run_options(const boost::program_options::variables_map& values);

/// `a,b,c` as a list; empty parts are refused.
[[nodiscard]] std::vector<std::string> split_names(const std::string& text, const std::string& option);

}  // namespace robench
