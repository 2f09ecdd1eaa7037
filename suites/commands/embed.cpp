// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/store.h"
#include "perturb/error.h"
#include "reports/writer.h"
#include "suites/commands/commands.h"
#include "suites/embedding_stage.h"
#include "suites/engine.h"
#include "suites/evaluation.h"
#include "suites/interrupt.h"
#include "suites/model_check.h"
#include "suites/privacy.h"
#include "suites/record.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
constexpr const char* kEmbedUsage = "robench embed DATA --model A -o DIR";

/// One line per row of embeddings.npy; empty cells where no face was acquired.
std::string landmarks_csv(const Experiment& experiment, const RunRecord& run) {
  std::string text = "row,path,face";
  for (int i = 0; i < Landmarks::kCount; ++i) text += fmt::format(",x{0},y{0}", i);
  text += "\n";
  for (std::size_t row = 0; row < run.samples.size(); ++row) {
    text += fmt::format("{},\"{}\",{}", row, run.samples[row].path, run.samples[row].face);
    const AcquiredFace& face = experiment.faces[row];
    for (const auto& point : face.face.landmarks.points)
      text += face.status == Status::ok ? fmt::format(",{},{}", point.x, point.y) : std::string(",,");
    text += "\n";
  }
  return text;
}

/// "without a vector ...: 1 of 7 rows: 1 undecodable"; "" where all have one.
std::string rows_without_vector(const EmbeddingTable& table) {
  std::map<std::string_view, int> reasons;
  int without = 0;
  for (const Status status : table.status) {
    if (status == Status::ok) continue;
    ++reasons[to_string(status)];
    ++without;
  }
  if (without == 0) return "";
  std::vector<std::string> parts;
  for (const auto& [reason, count] : reasons) parts.push_back(fmt::format("{} {}", count, reason));
  return fmt::format("without a vector (zeros; see status in samples.csv): {} of {} rows: {}\n", without,
                     table.size(), fmt::join(parts, ", "));
}

}  // namespace

int embed_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kEmbedUsage,
      "Writes embeddings.npy (rows as in samples.csv; zeros where no face was acquired),\n"
      "landmarks.csv and samples.csv.",
      "robench embed sample --model null_model -o embeddings");
  command.positional("DATA");
  command.option("model", po::value<std::string>(), "card name or file")
      .option("out,o", po::value<std::string>(), "folder to write")
      .option("threads", po::value<int>()->default_value(0), "workers; 0 = all cores")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "seeded sample of N photographs; 0 = all")
      .flag("private", "hashed ids instead of file names");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string data_text = required_argument(*values, "DATA", kEmbedUsage);
  if (values->count("model") == 0 || values->count("out") == 0)
    throw ConfigError("embed needs --model and --out", std::string("usage: ") + kEmbedUsage);
  const Suite suite =
      clean_suite("embed", parse_data_option(data_text), (*values)["model"].as<std::string>());
  const RunOptions options = run_options(*values);
  const fs::path out = (*values)["out"].as<std::string>();

  catch_interrupts();
  const int threads = worker_count(options.threads);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));
  const Store store(cache_folder() / "store");
  const Experiment experiment = prepare_experiment(suite, options, store);
  embed_all(experiment, missing_work(experiment, store), store, threads);
  const EvaluationData data =
      make_evaluation_data(experiment.data.samples, experiment.faces, {}, {}, suite.seed);
  RunRecord run = make_record(experiment, data, {evaluate_model(experiment, data, 0, store)});
  if (options.is_private) make_private(run, store);

  fs::create_directories(out);
  const EmbeddingTable table = load_table(experiment, store, 0, 0, 1);
  write_file_atomically(out / "embeddings.npy", npy_bytes(table.vectors));
  write_file_atomically(out / "landmarks.csv", landmarks_csv(experiment, run));
  const WriterSpec& samples = *find_writer("samples");
  write_file_atomically(out / samples.file_name, samples.write(run));
  fmt::print(stderr, "{} rows: {}, landmarks.csv, {}\n", run.samples.size(),
             (out / "embeddings.npy").string(), samples.file_name);
  fmt::print(stderr, "{}", rows_without_vector(table));
  return 0;
}

}  // namespace robench
