// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/store.h"
#include "models/yaml_reader.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/interrupt.h"
#include "suites/perturb_files.h"
#include "suites/suite.h"
#include "suites/suite_conditions.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kPerturbUsage = "robench perturb IN... --chain STEPS -o DIR";
constexpr int kMaxInputs = 1'000'000;

/// One of `names`, by its position. Throws ConfigError with a suggestion.
std::size_t choice(const po::variables_map& values, const char* option,
                   const std::vector<std::string>& names) {
  const auto& written = values[option].as<std::string>();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == written) return i;
  throw ConfigError(fmt::format("--{} cannot be '{}'", option, written), suggestion(written, names));
}

Condition condition_of(const std::string& chain, Stage stage, SeveritySet set) {
  YamlReader yaml(chain.starts_with('[') ? chain : "[" + chain + "]", "--chain");
  Condition condition{read_steps(yaml, yaml.root(), set), stage};
  yaml.finish();
  return condition;
}

/// The suite's conditions and all that its pixels depend on; options given on the command line win.
void take_suite(PerturbJob& job, const po::variables_map& values, Stage stage, SeveritySet set) {
  const Suite suite = read_suite(find_suite(values["suite"].as<std::string>()));
  if (suite.calibration)
    throw ConfigError("the strengths of this suite are solved for on its data",
                      "run the suite, and give the strengths that its report names with --chain");
  if (suite.severity_set != set)
    throw ConfigError("the suite has 'severity_set: " + std::string(to_string(suite.severity_set)) + "'",
                      "add --severity-set " + std::string(to_string(suite.severity_set)));
  for (Condition condition : suite.conditions) {
    // `stage: both` lists every condition twice.
    if (condition.steps.empty() || condition.stage != suite.conditions.front().stage) continue;
    condition.stage = stage;
    job.conditions.push_back(std::move(condition));
  }
  job.crop_px = suite.crop_px;
  if (values["seed"].defaulted()) job.seed = suite.seed;
  if (values["repetitions"].defaulted()) job.repetitions = suite.repetitions;
  job.policy.detector = suite.detector;
  if (suite.face_choice) job.policy.choice = *suite.face_choice;
  if (values["no-face"].defaulted() && suite.no_face) job.policy.no_face = *suite.no_face;
}

PerturbJob job_of(const po::variables_map& values) {
  PerturbJob job;
  for (const auto& input : values["IN"].as<std::vector<std::string>>()) job.inputs.emplace_back(input);
  const Stage stage = choice(values, "stage", {"capture", "crop"}) == 0 ? Stage::capture : Stage::crop;
  const auto set =
      static_cast<SeveritySet>(choice(values, "severity-set", {"face", "imagenet-c", "cifar-c"}));
  if (values.count("other") > 0) job.other = values["other"].as<std::string>();
  job.out = values["out"].as<std::string>();
  job.layout = choice(values, "layout", {"filename", "subdirs"}) == 0 ? PictureLayout::filename
                                                                      : PictureLayout::subdirs;
  job.seed = values["seed"].as<std::uint64_t>();
  job.repetitions = values["repetitions"].as<int>();
  job.policy.no_face =
      choice(values, "no-face", {"fail", "centre_box"}) == 0 ? NoFace::fail : NoFace::centre_box;
  if (set != SeveritySet::face) job.crop_px = set == SeveritySet::imagenet_c ? 224 : 32;
  if (values.count("suite") > 0) take_suite(job, values, stage, set);
  if (values.count("chain") > 0)
    for (const auto& chain : values["chain"].as<std::vector<std::string>>())
      job.conditions.push_back(condition_of(chain, stage, set));
  if (job.conditions.empty())
    throw ConfigError("nothing to do: no condition given",
                      "give --chain \"motion_blur@3\" or --suite NAME");
  if (job.crop_px && stage != Stage::crop)
    throw ConfigError("severities of ImageNet-C are pixels of a crop of fixed size", "add --stage crop");
  if (job.repetitions < 1) throw ConfigError("--repetitions must be at least 1");
  return job;
}

}  // namespace

int perturb_command(const std::vector<std::string>& arguments) {
  CommandLine command(kPerturbUsage,
                      "Writes perturbed copies of pictures as PNG, for use in other programs, and\n"
                      "perturbed.csv with the exact parameters, seed and hash of each.",
                      "robench perturb portraits --chain \"low_light@3, jpeg@4\" -o perturbed");
  command.positional("IN", kMaxInputs);
  command
      .option("chain", po::value<std::vector<std::string>>()->composing(),
              "one step or several, e.g. \"motion_blur@3\" or \"low_light@3, jpeg@4\" or\n"
              "\"side_light: { severity: 3, direction: left }\"; may be given again")
      .option("suite", po::value<std::string>(),
              "every condition of a suite, with its seed and repetitions")
      .option("other", po::value<std::string>(),
              "photograph of somebody else, or a folder of them, for conditions that put one into\n"
              "the picture, as background_face")
      .option("out,o", po::value<std::string>(), "folder to write")
      .option("layout", po::value<std::string>()->default_value("filename"),
              "filename: b_motion_blur@3.png; subdirs: motion_blur/3/b.png, as in ImageNet-C")
      .option("stage", po::value<std::string>()->default_value("capture"),
              "capture: the whole photograph; crop: the upright face crop")
      .option("severity-set", po::value<std::string>()->default_value("face"),
              "face, imagenet-c or cifar-c")
      .option("no-face", po::value<std::string>()->default_value("fail"),
              "without a detected face: fail, or centre_box (tight face crops)")
      .option("seed", po::value<std::uint64_t>()->default_value(1), "of the random numbers")
      .option("repetitions", po::value<int>()->default_value(1), "of random perturbations")
      .option("threads,j", po::value<int>()->default_value(0), "workers; 0 = all cores");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  if (values->count("IN") == 0 || values->count("out") == 0)
    throw ConfigError("perturb needs pictures and --out", std::string("usage: ") + kPerturbUsage);
  const PerturbJob job = job_of(*values);

  catch_interrupts();
  const tbb::global_control limit(
      tbb::global_control::max_allowed_parallelism,
      static_cast<std::size_t>(worker_count((*values)["threads"].as<int>())));
  const std::vector<PerturbedFile> rows = perturb_files(job);
  std::filesystem::create_directories(job.out);
  write_file_atomically(job.out / "perturbed.csv", perturbed_csv(rows, job.seed));
  std::size_t written = 0;
  for (const PerturbedFile& row : rows) written += row.output.empty() ? 0 : 1;
  fmt::print(stderr, "{} pictures written to {}, {} photographs could not be used (see perturbed.csv)\n",
             written, job.out.string(), rows.size() - written);
  if (written == 0)
    throw EnvironmentError("no picture could be used; perturbed.csv in " + job.out.string() +
                           " says why");
  return 0;
}

}  // namespace robench
