// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/codec.h"
#include "models/digest.h"
#include "models/store.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/interrupt.h"
#include "suites/trust/triage_files.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
constexpr const char* kTriageUsage =
    "robench triage DIR|MANIFEST.csv --model A --calibration FILE -o OUT";

DataSpec data_of(const std::string& given) {
  if (fs::is_directory(given)) return parse_data_option("images:" + given);
  if (fs::path(given).extension() == ".csv") return parse_data_option("manifest:" + given);
  return parse_data_option(given);
}

/// Stale sheets of an earlier run would be taken for this one's.
void write_sheets(const std::vector<Image>& sheets, const fs::path& out) {
  for (std::size_t i = 0; fs::remove(out / fmt::format("triage_{:02}.png", i + 1)); ++i) continue;
  for (std::size_t i = 0; i < sheets.size(); ++i)
    write_image(out / fmt::format("triage_{:02}.png", i + 1), sheets[i]);
}

TriageRequest request_of(const po::variables_map& values, const TrustCalibration& calibration,
                         const DataSet& data) {
  TriageRequest request;
  request.keep = values.count("keep") > 0 ? values["keep"].as<double>() : calibration.keep;
  if (!(request.keep > 0 && request.keep < 1)) throw ConfigError("--keep must lie between 0 and 1");
  request.repairs = values.count("no-repairs") == 0;
  request.policy = {calibration.detector, data.default_choice, NoFace::fail};
  return request;
}

std::size_t sheet_count(const po::variables_map& values) {
  const int sheets = values["sheets"].as<int>();
  if (sheets < 0 || sheets > 99) throw ConfigError("--sheets must be 0 to 99");
  return static_cast<std::size_t>(sheets);
}

}  // namespace

int triage_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kTriageUsage,
      "Says of each face of each photograph whether its embedding may be trusted: keep, salvage (after "
      "a\n"
      "repair) or discard, with the reason. Subfolders are searched too. Writes triage.csv, "
      "triage.json, the vectors\n"
      "(embeddings.npy, rows as in triage.json) and contact sheets.",
      "robench triage photographs --model dlib_resnet --calibration lfw.json -o triage");
  command.positional("DATA");
  command.option("model", po::value<std::string>(), "card name or file")
      .option("calibration", po::value<std::string>(), "file of `robench calibrate` for this model")
      .option("out,o", po::value<std::string>(), "folder to write")
      .option(
          "keep", po::value<double>(),
          "least probability of being usable for keep and salvage; as a rule the calibration's, which "
          "nine in ten of its clean photographs reach")
      .option("ofiq", po::value<std::string>(),
              "table of OFIQ's sample application on these photographs: its columns beside ours")
      .option("sheets", po::value<int>()->default_value(5), "contact sheets at most; 0 = none")
      .option("threads", po::value<int>()->default_value(0), "workers; 0 = all cores")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "seeded sample of N photographs; 0 = all")
      .flag("no-repairs", "judge only, try nothing")
      .flag("private", "hashed ids instead of file names, no contact sheets");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string given = required_argument(*values, "DATA", kTriageUsage);
  if (values->count("model") == 0 || values->count("out") == 0)
    throw ConfigError("triage needs --model and --out", std::string("usage: ") + kTriageUsage);
  const std::string model = (*values)["model"].as<std::string>();
  if (values->count("calibration") == 0)
    throw ConfigError("nothing is judged without a calibration of this model",
                      "make one on photographs of people you know: robench calibrate DATA --model " +
                          model + " -o FILE");
  const fs::path calibration_file = (*values)["calibration"].as<std::string>();
  const TrustCalibration calibration = read_calibration(calibration_file);
  const ModelCard card = find_model_card(model);
  require_same_reading(calibration, reading_versions(card, calibration.detector), calibration_file);
  const DataSet data =
      limited(read_data_set(data_of(given)), (*values)["limit"].as<std::int64_t>(), calibration.seed);
  const TriageRequest request = request_of(*values, calibration, data);
  const std::size_t sheets = sheet_count(*values);
  std::optional<OfiqTable> ofiq;
  if (values->count("ofiq") > 0) ofiq.emplace((*values)["ofiq"].as<std::string>());

  catch_interrupts();
  const tbb::global_control limit(
      tbb::global_control::max_allowed_parallelism,
      static_cast<std::size_t>(worker_count((*values)["threads"].as<int>())));
  const auto rows = triage(data, card, calibration, request);
  const fs::path out = (*values)["out"].as<std::string>();
  fs::create_directories(out);
  TriageDocument document{data, calibration, sha256_of_file(calibration_file), request.keep, {}};
  std::optional<OfiqColumns> columns;
  if (ofiq) document.ofiq = &columns.emplace(*ofiq, rows, data);
  const bool is_private = values->count("private") > 0;
  if (is_private) document.names.emplace(Store(cache_folder() / "store"));
  write_file_atomically(out / "triage.csv", triage_csv(rows, document));
  write_file_atomically(out / "triage.json", triage_json(rows, document));
  write_file_atomically(out / "embeddings.npy", npy_bytes(triage_vectors(rows, card.dim)));
  write_sheets(is_private ? std::vector<Image>{} : triage_sheets(rows, data, sheets), out);
  fmt::print(stderr, "{}{}{}\n", triage_summary(rows, document), columns ? columns->summary() : "",
             (out / "triage.csv").string());
  return 0;
}

}  // namespace robench
