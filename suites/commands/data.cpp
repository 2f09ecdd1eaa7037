// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/store.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/data_fetch.h"
#include "suites/engine.h"
#include "suites/inspect/inspection.h"
#include "suites/interrupt.h"
#include "suites/privacy.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kDataUsage = "robench data inspect SPEC | fetch NAME [options]";

int inspect_data(const std::string& spec, const po::variables_map& values) {
  const RunOptions options = run_options(values);
  catch_interrupts();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(worker_count(options.threads)));
  DataSet data = limited(read_data_set(parse_data_option(spec)), options.limit, 1);
  const AcquisitionPolicy policy{values["detector"].as<std::string>(), data.default_choice,
                                 data.default_no_face};
  const Inspection inspection = inspect(std::move(data), policy);
  fmt::print("{}", inspection_text(inspection, options.is_private));
  if (values.count("out") == 0) return 0;
  std::optional<PrivateNames> hashed;
  if (options.is_private) hashed.emplace(Store(cache_folder() / "store"));
  const auto name_of = [&](const std::string& name) { return hashed ? (*hashed)(name) : name; };
  const std::filesystem::path out = values["out"].as<std::string>();
  write_file_atomically(out, inspection_csv(inspection, options.is_private, name_of));
  fmt::print(stderr, "{}\n", out.string());
  return 0;
}

int fetch(const std::string& name, const po::variables_map& values) {
  const DataCard card = find_data_card(name);
  const std::filesystem::path folder = values.count("out") > 0
                                           ? std::filesystem::path(values["out"].as<std::string>())
                                           : cache_folder() / "data" / card.name;
  const std::string use =
      fetch_data(card, folder, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  fmt::print("--data {}\n", use);
  return 0;
}

}  // namespace

int data_command(const std::vector<std::string>& arguments) {
  CommandLine command(kDataUsage,
                      "inspect: what is there, what is broken, which trials and which FMR the data can "
                      "support, and\n"
                      "         where the photographs already lie: size, light, sharpness, compression, "
                      "roll, each as the\n"
                      "         severity of the perturbation that it corresponds to.\n"
                      "fetch:   downloads a data set by its card (" +
                          fmt::format("{}", fmt::join(data_card_names(), ", ")) +
                          ", or a card of your own), hashes compared;\n"
                          "         goes on where it stopped, and prints what --data takes.",
                      "robench data inspect sample -o sample.csv");
  command.positional("ACTION").positional("SPEC");
  command
      .option("out,o", po::value<std::string>(),
              "inspect: a CSV with one row per face; fetch: the folder")
      .option("detector", po::value<std::string>()->default_value("dlib_hog"), "finds the faces")
      .option("threads", po::value<int>()->default_value(0), "workers; 0 = all cores")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "seeded sample of N photographs (of N trials where the data lists pairs); 0 = all")
      .flag("private", "no file names; the CSV holds keyed hashes");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string action = required_argument(*values, "ACTION", kDataUsage);
  if (action == "inspect") return inspect_data(required_argument(*values, "SPEC", kDataUsage), *values);
  if (action == "fetch") return fetch(required_argument(*values, "SPEC", kDataUsage), *values);
  throw ConfigError("unknown action '" + action + "'", suggestion(action, {"inspect", "fetch"}));
}

}  // namespace robench
