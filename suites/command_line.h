// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

namespace robench {

/// The options of one sub-command: parsing, help with a working example, and errors with a hint.
class CommandLine {
 public:
  /// usage: "robench plan SUITE [options]"; example: a command that works as typed.
  CommandLine(std::string usage, std::string summary, std::string example);

  /// Adds a named option, in the style of Boost.Program_options ("out,o").
  CommandLine& option(const char* name, const boost::program_options::value_semantic* value,
                      const char* help);
  CommandLine& flag(const char* name, const char* help);
  /// Declares the next positional argument.
  CommandLine& positional(const char* name, int max_count = 1);

  /// nullopt when --help was asked for; the help is then on stdout.
  /// Throws ConfigError for unknown options (with a suggestion), bad values and too many arguments.
  [[nodiscard]] std::optional<boost::program_options::variables_map> parse(
      const std::vector<std::string>& arguments) const;

 private:
  [[nodiscard]] std::string help() const;
  [[nodiscard]] std::vector<std::string> option_names() const;

  std::string usage_;
  std::string summary_;
  std::string example_;
  boost::program_options::options_description named_{"options"};
  boost::program_options::options_description hidden_;
  boost::program_options::positional_options_description positions_;
};

/// The text of a required argument. Throws ConfigError naming it when it is missing.
[[nodiscard]] std::string required_argument(const boost::program_options::variables_map& values,
                                            const std::string& name, const std::string& usage);

}  // namespace robench
