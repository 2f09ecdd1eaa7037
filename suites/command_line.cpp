// SPDX-License-Identifier: Apache-2.0
#include "suites/command_line.h"

#include <iostream>
#include <sstream>

#include "perturb/error.h"

namespace robench {
namespace po = boost::program_options;

CommandLine::CommandLine(std::string usage, std::string summary, std::string example)
    : usage_(std::move(usage)), summary_(std::move(summary)), example_(std::move(example)) {
  named_.add_options()("help,h", "show this help");
}

CommandLine& CommandLine::option(const char* name, const po::value_semantic* value, const char* help) {
  named_.add_options()(name, value, help);
  return *this;
}

CommandLine& CommandLine::flag(const char* name, const char* help) {
  named_.add_options()(name, help);
  return *this;
}

CommandLine& CommandLine::positional(const char* name, int max_count) {
  hidden_.add_options()(name, po::value<std::vector<std::string>>());
  positions_.add(name, max_count);
  return *this;
}

std::optional<po::variables_map> CommandLine::parse(const std::vector<std::string>& arguments) const {
  po::options_description all;
  all.add(named_).add(hidden_);
  po::variables_map values;
  try {
    // Guessing abbreviations would make a later option break scripts that work today.
    const auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(all).positional(positions_).style(style).run(),
              values);
    po::notify(values);
  } catch (const po::unknown_option& error) {
    throw ConfigError("unknown option '" + error.get_option_name() + "'",
                      suggestion(error.get_option_name(), option_names()));
  } catch (const po::too_many_positional_options_error&) {
    throw ConfigError("too many arguments", "usage: " + usage_);
  } catch (const po::error& error) {
    throw ConfigError(error.what(), "usage: " + usage_);
  }
  if (values.count("help") > 0) {
    std::cout << help();
    return std::nullopt;
  }
  return values;
}

std::string CommandLine::help() const {
  std::ostringstream text;
  text << summary_ << "\n\nusage: " << usage_ << "\n\n"
       << named_ << "\nexample:\n  " << example_ << "\n";
  return text.str();
}

std::vector<std::string> CommandLine::option_names() const {
  std::vector<std::string> names;
  for (const auto& option : named_.options()) names.push_back("--" + option->long_name());
  return names;
}

std::string required_argument(const po::variables_map& values, const std::string& name,
                              const std::string& usage) {
  if (values.count(name) == 0) throw ConfigError("missing argument " + name, "usage: " + usage);
  return values[name].as<std::vector<std::string>>().front();
}

}  // namespace robench
