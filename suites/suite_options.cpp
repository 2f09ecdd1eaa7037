// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_options.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "models/model_card.h"
#include "perturb/error.h"
#include "suites/glob.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr int kMostThreads = 1024;

bool is_wanted(const Condition& condition, const std::string& pattern) {
  if (pattern.find_first_of("*?") == std::string::npos)
    return condition.label().find(pattern) != std::string::npos;
  return matches_condition(condition.label(), pattern);
}

/// The names of the perturbations, each once, then patterns that would match some of their conditions.
std::string what_only_can_match(const Suite& suite, const std::string& pattern) {
  std::vector<std::string> names;
  for (const auto& condition : suite.conditions)
    if (std::find(names.begin(), names.end(), condition.perturbation()) == names.end() &&
        condition.perturbation() != "identity")
      names.push_back(condition.perturbation());
  return suggestion(pattern.substr(0, pattern.find_first_of("@*?")), names) +
         "; `robench plan` lists every label";
}

/// The clean condition stays: everything is measured against it. Each pattern must match something.
void keep_only(Suite& suite, const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns)
    if (std::none_of(suite.conditions.begin(), suite.conditions.end(), [&](const Condition& condition) {
          return condition.perturbation() != "identity" && is_wanted(condition, pattern);
        }))
      throw ConfigError("--only " + pattern + " matches no condition of this suite",
                        what_only_can_match(suite, pattern));
  std::erase_if(suite.conditions, [&](const Condition& condition) {
    return condition.perturbation() != "identity" &&
           std::none_of(patterns.begin(), patterns.end(),
                        [&](const std::string& pattern) { return is_wanted(condition, pattern); });
  });
}

}  // namespace

void add_suite_options(CommandLine& command) {
  command.positional("SUITE")
      .option("threads", po::value<int>()->default_value(0),
              "workers; 0 = all cores; never changes a result")
      .option("only", po::value<std::string>(),
              "run the conditions whose label matches, e.g. gamma or 'blur*@5,jpeg@3'")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "seeded sample of N photographs (of N trials where the data lists pairs); 0 = all")
      .option("data", po::value<std::string>(),
              "other data: sample | images:DIR | manifest:FILE | folders:DIR | "
              "lfw:ROOT,PAIRS[,MANIFEST.csv] | probes:N")
      .option("models", po::value<std::string>(),
              "other models: card names or files, separated by commas")
      .flag("no-cache", "compute everything anew and keep nothing in the store")
      .flag("private", "no pictures and no file names in any output; ids are keyed hashes");
}

std::vector<std::string> split_names(const std::string& text, const std::string& option) {
  std::vector<std::string> names;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    if (end == start) throw ConfigError(option + " has an empty name in '" + text + "'");
    names.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return names;
}

Suite suite_from_options(const po::variables_map& values, const std::string& usage) {
  const std::string name = required_argument(values, "SUITE", usage);
  const auto file = find_suite(name);
  if (file != std::filesystem::path(name)) fmt::print(stderr, "suite: {}\n", file.string());
  Suite suite = read_suite(file);
  if (values.count("data") > 0) suite.data = parse_data_option(values["data"].as<std::string>());
  if (values.count("models") > 0) {
    suite.models = split_names(values["models"].as<std::string>(), "--models");
    for (std::size_t i = 0; i < suite.models.size(); ++i) {
      (void)find_model_card(suite.models[i]);
      if (std::find(suite.models.begin(), suite.models.begin() + static_cast<std::ptrdiff_t>(i),
                    suite.models[i]) != suite.models.begin() + static_cast<std::ptrdiff_t>(i))
        throw ConfigError("--models names '" + suite.models[i] + "' twice");
    }
  }
  if (values.count("only") > 0)
    keep_only(suite, split_names(values["only"].as<std::string>(), "--only"));
  return suite;
}

RunOptions run_options(const po::variables_map& values) {
  RunOptions options;
  options.threads = values["threads"].as<int>();
  options.limit = values["limit"].as<std::int64_t>();
  options.use_cache = values.count("no-cache") == 0;
  options.is_private = values.count("private") > 0;
  if (options.threads < 0 || options.threads > kMostThreads)
    throw ConfigError(
        fmt::format("--threads {} is not between 0 and {}", options.threads, kMostThreads));
  if (options.limit < 0) throw ConfigError(fmt::format("--limit {} is negative", options.limit));
  return options;
}

}  // namespace robench
