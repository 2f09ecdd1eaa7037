// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/store.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/experiment.h"
#include "suites/interrupt.h"
#include "suites/model_check.h"
#include "suites/suite_options.h"
#include "suites/trust/calibration_needs.h"
#include "suites/trust/fit_calibration.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kCalibrateUsage = "robench calibrate DATA --model A -o FILE";

/// The perturbations of the suite as the calibration draws them: on whole photographs.
std::vector<Condition> drawn_conditions(const Suite& suite) {
  std::vector<Condition> conditions;
  for (Condition condition : suite.conditions) {
    // `stage: both` lists every condition twice.
    if (condition.is_clean() || condition.stage != suite.conditions.front().stage) continue;
    if (condition.needs_other_face())
      throw ConfigError("'" + condition.label() + "' puts another person into the picture",
                        "leave it out: whose face it is, is no matter of quality");
    condition.stage = Stage::capture;
    conditions.push_back(std::move(condition));
  }
  if (conditions.empty()) throw ConfigError("the suite perturbs nothing");
  return conditions;
}

CalibrationRequest calibration_request_of(const po::variables_map& values) {
  CalibrationRequest request;
  request.target_fmr = values["fmr"].as<double>();
  request.coverage = values["coverage"].as<double>();
  request.draws = values["draws"].as<int>();
  if (!(request.target_fmr > 0 && request.target_fmr < 1))
    throw ConfigError("--fmr must lie between 0 and 1");
  if (!(request.coverage > 0 && request.coverage < 1))
    throw ConfigError("--coverage must lie between 0 and 1");
  if (request.draws < 1 || request.draws > 100) throw ConfigError("--draws must be 1 to 100");
  return request;
}

}  // namespace

int calibrate_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kCalibrateUsage,
      "Fits on a reference set with subjects what `robench triage` judges by: how probable it is that "
      "a\n"
      "face image is usable (its mated score reaches the threshold at the false match rate), bands for\n"
      "score and drift, and what typical pictures and people look like. Writes a JSON file.\n"
      "Least data: 20 people with two or more photographs each (40 people for the flags), and about 92\n"
      "photographs of as many people for a false match rate of 1e-3, 30 for 1e-2.",
      "robench calibrate folders:lfw --model dlib_resnet -o lfw.json");
  command.positional("DATA");
  command.option("model", po::value<std::string>(), "card name or file")
      .option("out,o", po::value<std::string>(), "file to write")
      .option("suite", po::value<std::string>()->default_value("trust"),
              "suite whose perturbations are drawn from")
      .option("draws", po::value<int>()->default_value(4), "perturbed copies of each photograph")
      .option("fmr", po::value<double>()->default_value(1e-3, "0.001"),
              "false match rate of the threshold, on clean photographs")
      .option("coverage", po::value<double>()->default_value(0.9, "0.9"), "of the bands")
      .option("threads", po::value<int>()->default_value(0), "workers; 0 = all cores")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "seeded sample of N photographs; 0 = all");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string data = required_argument(*values, "DATA", kCalibrateUsage);
  if (values->count("model") == 0 || values->count("out") == 0)
    throw ConfigError("calibrate needs --model and --out", std::string("usage: ") + kCalibrateUsage);
  const CalibrationRequest request = calibration_request_of(*values);
  const Suite perturbations = read_suite(find_suite((*values)["suite"].as<std::string>()));
  const auto conditions = drawn_conditions(perturbations);
  Suite clean = clean_suite("calibrate", parse_data_option(data), (*values)["model"].as<std::string>());
  clean.seed = perturbations.seed;
  clean.detector = perturbations.detector;

  catch_interrupts();
  RunOptions options;
  options.threads = (*values)["threads"].as<int>();
  options.limit = (*values)["limit"].as<std::int64_t>();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(worker_count(options.threads)));
  fmt::print(stderr, "{}",
             calibration_needs(limited(read_data_set(clean.data), options.limit, clean.seed),
                               request.target_fmr, clean.seed));
  const Store store(cache_folder() / "store");
  Experiment experiment = prepare_experiment(clean, options, store);
  experiment.data.listed.clear();
  const TrustCalibration made = fit_calibration(experiment, conditions, request);
  const std::filesystem::path out = (*values)["out"].as<std::string>();
  if (out.has_parent_path()) std::filesystem::create_directories(out.parent_path());
  write_file_atomically(out, calibration_text(made));
  fmt::print(stderr, "{}calibration: {}\n", calibration_summary(made), out.string());
  return 0;
}

}  // namespace robench
