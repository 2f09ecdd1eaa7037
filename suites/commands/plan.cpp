// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "metrics/power.h"
#include "metrics/trial.h"
#include "models/averaging.h"
#include "models/store.h"
#include "perturb/error.h"
#include "reports/numbers.h"
#include "suites/commands/commands.h"
#include "suites/engine.h"
#include "suites/estimate.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

constexpr const char* kPlanUsage = "robench plan SUITE [options]";

/// Pictures to make per sample: clean conditions are one, repetitions count where noise differs.
std::int64_t distinct_pictures(const Suite& suite) {
  std::set<std::string> distinct;
  for (const Condition& condition : suite.conditions)
    for (int r = 1; r <= (condition.is_random() ? suite.repetitions : 1); ++r)
      distinct.insert(condition.is_clean() ? "clean" : fmt::format("{}/{}", condition.pixel_key(), r));
  return static_cast<std::int64_t>(distinct.size());
}

/// FNMR, correlation of one subject's comparisons and share of discordant decisions that the table
/// assumes: an error rate of a few percent, comparisons of one person that go together by half, and two
/// models that disagree as often as one of them errs.
constexpr double kAssumedFnmr = 0.05;
constexpr double kAssumedCorrelation = 0.5;
constexpr double kAssumedDiscordant = 0.05;

/// What the mated trials can decide of FNMR.
void print_fnmr_power(double mated, std::size_t subjects) {
  const double each = mated / static_cast<double>(subjects);
  const double effect = design_effect(each, kAssumedCorrelation);
  const double independent = mated / effect;
  const double difference = detectable_difference(independent, kAssumedDiscordant);
  fmt::print(
      "            design effect {:.2f} ({:.3g} mated trials a subject, correlation {} assumed): worth "
      "{:.0f} independent\n",
      effect, each, kAssumedCorrelation, independent);
  fmt::print("            no error in them would show FNMR below {:.2g} (rule of three)\n",
             3 / independent);
  if (std::isnan(difference))
    fmt::print("            too few to detect any FNMR difference at 80 % power\n");
  else
    fmt::print(
        "            smallest FNMR difference of two models at 80 % power: {:.2g} (discordant {} "
        "assumed)\n",
        difference, kAssumedDiscordant);
  fmt::print("            mated trials for +- 1 point at FNMR {}: {:.0f}\n", kAssumedFnmr,
             std::ceil(effect * comparisons_for_margin(kAssumedFnmr, 0.01)));
}

/// What the data can decide, before anything is measured.
void print_power(const Suite& suite, const DataSet& data) {
  const EvaluationData evaluation =
      make_evaluation_data(data.samples, std::vector<AcquiredFace>(data.samples.size()), data.listed,
                           suite.trials, suite.seed);
  std::set<int> mated_subjects;
  double mated = 0;
  for (const Trial& trial : evaluation.trials) {
    if (!trial.mated) continue;
    ++mated;
    mated_subjects.insert(evaluation.subject[trial.reference]);
  }
  const auto known = static_cast<double>(
      std::count_if(evaluation.subject.begin(), evaluation.subject.end(), [](int s) { return s >= 0; }));
  // But for the pairs within a subject or a session.
  const auto pairs = [](double samples) { return std::max(0.0, samples * (samples - 1) / 2); };
  fmt::print(
      "power       {} subjects, {} mated trials, about {} non-mated comparisons, {} in each "
      "half\n",
      evaluation.subject_count, grouped(std::llround(mated)), grouped(std::llround(pairs(known))),
      grouped(std::llround(pairs(known / 2))));
  if (pairs(known / 2) > 30)
    fmt::print("            smallest FMR with 30 false accepts in a half: {:.2g}\n",
               smallest_rate_with_thirty_errors(pairs(known / 2)));
  if (mated_subjects.empty())
    fmt::print("            no mated trial: nothing can be said of FNMR\n");
  else
    print_fnmr_power(mated, mated_subjects.size());
}

}  // namespace

int plan_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kPlanUsage,
      "Says what a suite would run and what it would cost. Decodes no picture, loads no model.",
      "robench plan smoke.yaml");
  add_suite_options(command);
  command.flag("power",
               "what these data can decide: smallest FMR, smallest FNMR difference, n for a margin");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const Suite suite = suite_from_options(*values, kPlanUsage);
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
  fmt::print("\ncost        {}, {} threads; less where the store holds results already\n",
             estimate_text(throughput.estimate(loads, threads)), threads);
  if (data.every_face_is_a_sample)
    fmt::print("            counted with one face in each photograph; more where they show several\n");
  if (values->count("power") > 0) print_power(suite, data);
  return 0;
}

}  // namespace robench
