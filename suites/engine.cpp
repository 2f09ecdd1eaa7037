// SPDX-License-Identifier: Apache-2.0
#include "suites/engine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "models/codec.h"
#include "reports/outcome_files.h"
#include "reports/writer.h"
#include "suites/donors.h"
#include "suites/embedding_stage.h"
#include "suites/estimate.h"
#include "suites/evaluation.h"
#include "suites/example_faces.h"
#include "suites/interrupt.h"
#include "suites/outcomes.h"
#include "suites/photograph.h"
#include "suites/preview.h"
#include "suites/privacy.h"
#include "suites/record.h"

namespace robench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kAnnounceAboveSeconds = 600;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::vector<ModelLoad> model_loads(const Experiment& experiment, const Workload& workload) {
  std::vector<ModelLoad> loads;
  for (std::size_t m = 0; m < experiment.cards.size(); ++m)
    loads.push_back({experiment.cards[m].name, workload.vectors_of_model[m],
                     workload.forward_passes_of_model[m], experiment.cards[m].dim});
  return loads;
}

/// The shared pixel work is charged to the models in equal parts.
void remember_speed(Throughput& throughput, const Experiment& experiment, const Workload& workload,
                    const StageSeconds& seconds) {
  const double shared =
      (seconds.load + seconds.perturb + seconds.align) / static_cast<double>(experiment.cards.size());
  for (std::size_t m = 0; m < experiment.cards.size(); ++m)
    throughput.record(experiment.cards[m].name, workload.forward_passes_of_model[m],
                      seconds.embed_of_model[m] + shared);
  throughput.save();
}

nlohmann::json stage_json(const StageSeconds& seconds) {
  return {{"load_thread_s", seconds.load},
          {"perturb_thread_s", seconds.perturb},
          {"align_thread_s", seconds.align},
          {"embed_thread_s", seconds.embed}};
}

std::optional<Image> sheet_of_first_face(const Experiment& experiment) {
  const Donors donors(experiment);
  for (std::size_t row = 0; row < experiment.faces.size(); ++row) {
    if (experiment.faces[row].status != Status::ok) continue;
    const auto photograph = photograph_of(experiment.data.samples[row]);
    if (const auto* image = std::get_if<Image>(&photograph))
      if (auto crop = crop_face(*image, experiment.faces[row].face.landmarks)) {
        const OthersOfSample others(donors, row);
        crop->frame.others = &others;
        return preview_sheet(experiment.suite, *crop, experiment.data.samples[row].id);
      }
  }
  return std::nullopt;
}

/// Templates of people are no output of a private run, whatever the suite asks for.
void leave_out_vectors(const Suite& suite, RunOutcomes& outcomes, RunRecord& run) {
  for (ModelOutcomes& model : outcomes.models) model.vectors.resize(0, 0);
  if (suite.keep_vectors) run.notes.emplace_back("vectors are not kept: the run is private");
}

/// Files of vectors from an earlier run, which are no longer those of this one.
void remove_old_vectors(const RunResult& result, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_vectors_file(name) && !result.record.outcomes.contains(name)) old.push_back(entry.path());
  }
  for (const auto& file : old) std::filesystem::remove(file);
}

/// The covariates of each acquired face of a run, once whatever the number of its models.
std::vector<std::array<double, 3>> faces_of_run(const RunRecord& run) {
  std::vector<std::array<double, 3>> faces;
  for (const SampleRecord& sample : run.samples)
    if (sample.model == run.models.front() && sample.inter_eye_px && sample.brightness &&
        sample.sharpness)
      faces.push_back({*sample.inter_eye_px, *sample.brightness, *sample.sharpness});
  return faces;
}

}  // namespace

int worker_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

RunResult run_suite(const Suite& suite, const RunOptions& options, const Store& store) {
  catch_interrupts();
  const auto start = Clock::now();
  const std::string started = utc_now();
  const int threads = worker_count(options.threads);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));

  const Experiment experiment = prepare_experiment(suite, options, store);
  const double acquisition_seconds = seconds_since(start);

  const Workload workload = missing_work(experiment, store);
  Throughput throughput(store.root() / "throughput.json");
  const Estimate estimate = throughput.estimate(model_loads(experiment, workload), threads);
  if (estimate.seconds > kAnnounceAboveSeconds)
    fmt::print(stderr, "this run: {}\n", estimate_text(estimate));
  const auto embedding_start = Clock::now();
  const StageSeconds stages = embed_all(experiment, workload, store, threads);
  const double embedding_seconds = seconds_since(embedding_start);
  if (workload.forward_passes > 0) remember_speed(throughput, experiment, workload, stages);

  const auto measuring_start = Clock::now();
  EvaluationData data = make_evaluation_data(experiment.data.samples, experiment.faces,
                                             experiment.data.listed, suite.trials, suite.seed);
  data.apply_to = suite.apply_to;
  data.groupings = suite.groups;
  if (suite.threshold.from == ThresholdRule::From::run)
    data.threshold_population = faces_of_run(read_run(suite.threshold_run));
  std::vector<ModelEvaluation> evaluations;
  for (std::size_t model = 0; model < experiment.cards.size(); ++model)
    evaluations.push_back(evaluate_model(experiment, data, model, store));

  std::vector<ModelOutcomes> outcomes_of_models = take_outcomes(experiment, evaluations);
  RunResult result{make_record(experiment, data, std::move(evaluations)), std::nullopt};
  RunOutcomes outcomes = make_outcomes(experiment, data, result.record, std::move(outcomes_of_models));
  result.record.curves = curve_records(outcomes);
  result.record.execution = {{"started", started},
                             {"wall_s", seconds_since(start)},
                             {"acquisition_s", acquisition_seconds},
                             {"embedding_s", embedding_seconds},
                             {"measuring_s", seconds_since(measuring_start)},
                             {"stages", stage_json(stages)},
                             {"threads", threads},
                             {"host", host_name()},
                             {"peak_memory_bytes", peak_memory_bytes()},
                             {"forward_passes", workload.forward_passes},
                             {"units_from_store", workload.units_in_store},
                             {"acquisitions_from_store", experiment.acquisitions_from_store},
                             {"suite_file", suite.file.string()},
                             {"store", store.root().string()}};
  if (options.is_private) {
    if (!is_of_probes(suite)) leave_out_vectors(suite, outcomes, result.record);
    make_private(result.record, store);
    make_private(outcomes, store);
  } else {
    result.contact_sheet = sheet_of_first_face(experiment);
    if (keeps_pictures(suite)) result.record.pictures = example_pictures(experiment, result.record);
  }
  OutcomeFiles files = encode_outcomes(outcomes);
  result.sidecars = std::move(files.files);
  result.record.outcomes = std::move(files.link);
  return result;
}

void write_outputs(const RunResult& result, const Suite& suite, const std::filesystem::path& folder) {
  std::vector<std::string> names = {"json", "csv", "samples", "markdown", "html"};
  for (const auto& name : suite.reports)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (const auto& name : names) {
    const WriterSpec& writer = *find_writer(name);
    write_file_atomically(folder / writer.file_name, writer.write(result.record));
  }
  for (const auto& [name, bytes] : result.sidecars) write_file_atomically(folder / name, bytes);
  remove_old_vectors(result, folder);
  const std::filesystem::path sheet = folder / "contact_sheet.png";
  // A face from an earlier run must not lie among the documents of a private one.
  if (result.contact_sheet)
    write_image(sheet, *result.contact_sheet);
  else
    std::filesystem::remove(sheet);
}

}  // namespace robench
