// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <fmt/format.h>

#include "models/averaging.h"
#include "models/store.h"
#include "perturb/error.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/estimate.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

constexpr const char* kUsage = "robench plan SUITE [options]";

/// Pictures to make per sample: clean conditions are one, repetitions count where noise differs.
std::int64_t distinct_pictures(const Suite& suite) {
  std::set<std::string> distinct;
  for (const Condition& condition : suite.conditions)
    for (int r = 1; r <= (condition.is_random() ? suite.repetitions : 1); ++r)
      distinct.insert(condition.is_clean() ? "clean" : fmt::format("{}/{}", condition.pixel_key(), r));
  return static_cast<std::int64_t>(distinct.size());
}

}  // namespace

int plan_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kUsage, "Says what a suite would run and what it would cost. Decodes no picture, loads no model.",
      "robench plan smoke.yaml");
  add_suite_options(command);
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const Suite suite = suite_from_options(*values, kUsage);
  const RunOptions options = run_options(*values);
  const DataSet data = limited(read_data_set(suite.data), options.limit, suite.seed);

  const auto samples = static_cast<std::int64_t>(data.samples.size());
  const std::int64_t pictures = distinct_pictures(suite);
  std::vector<ModelLoad> loads;
  for (const auto& name : suite.models) {
    const ModelCard card = find_model_card(name);
    const std::int64_t vectors = samples * pictures;
    loads.push_back({card.name, vectors, vectors * passes_per_face(card), card.dim});
  }
  const int threads = worker_count(options.threads);
  const Throughput throughput(cache_folder() / "store" / "throughput.json");
  fmt::print("suite       {} (seed {}, {} repetition{})\n", suite.name, suite.seed, suite.repetitions,
             suite.repetitions == 1 ? "" : "s");
  fmt::print("data        {}: {} {}{}\n", data.name, samples,
             data.every_face_is_a_sample ? "photographs, every face in them a sample" : "samples",
             data.protocol.empty() ? "" : ", " + data.protocol);
  fmt::print("conditions  {}\n", suite.conditions.size());
  for (const Condition& condition : suite.conditions)
    fmt::print("            {} {}{}\n", to_string(condition.stage), condition.label(),
               condition.is_clean() && condition.perturbation() != "identity" ? " (= clean)" : "");
  fmt::print("models     ");
  for (const auto& load : loads) fmt::print(" {}", load.model);
  fmt::print("\nat most     {}, {} threads; less where the store holds results already\n",
             estimate_text(throughput.estimate(loads, threads)), threads);
  return 0;
}

}  // namespace robench
