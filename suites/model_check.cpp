// SPDX-License-Identifier: Apache-2.0
#include "suites/model_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "metrics/metric.h"
#include "suites/embedding_stage.h"
#include "suites/engine.h"
#include "suites/evaluation.h"
#include "suites/interrupt.h"

namespace robench {
namespace {

constexpr double kPublishedPairs = 6000;  // LFW view 2, ten folds (Huang et al. 2007)
constexpr int kPublishedFolds = 10;
constexpr double kNormal95 = 1.959964;
/// own: an interval of the difference wider than this would call a network of 2015 and one of 2020
/// alike (dlib 0.991 and ArcFace 0.998 on LFW, facts of their READMEs).
constexpr double kWidestTelling = 0.02;

Measure find_measure(const std::vector<Measure>& measures, const std::string& name) {
  for (const Measure& measure : measures)
    if (measure.name == name) return measure;
  ROBENCH_ASSERT(false && "the metric lacks a measure that it lists");
  return {};
}

std::string data_text(const Experiment& experiment) {
  const DataSet& data = experiment.data;
  return fmt::format("{}: {} samples{}{}", data.name, data.samples.size(),
                     data.protocol.empty() ? "" : ", ", data.protocol);
}

std::string measure_text(const Measure& measure) {
  if (std::isnan(measure.value)) return "none: " + measure.note;
  const std::string interval = measure.ci95 ? fmt::format(", 95 % [{:.4f}, {:.4f}] over subjects",
                                                          measure.ci95->low, measure.ci95->high)
                                            : std::string(", no interval");
  return fmt::format("{:.4f}{}, n = {} pairs; {}", measure.value, interval, measure.n, measure.note);
}

}  // namespace

Suite clean_suite(const std::string& name, const DataSpec& data, const std::string& model) {
  Suite suite;
  suite.name = name;
  suite.seed = 1;
  suite.data = data;
  suite.models = {model};
  suite.conditions.emplace_back();
  return suite;
}

ModelCheck check_on_data(const std::string& model, const DataSpec& data, const std::string& detector,
                         const RunOptions& options, const Store& store) {
  catch_interrupts();
  Suite suite = clean_suite("check", data, model);
  suite.detector = detector;
  const int threads = worker_count(options.threads);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));
  const Experiment experiment = prepare_experiment(suite, options, store);
  embed_all(experiment, missing_work(experiment, store), store, threads);
  const EvaluationData evaluation = make_evaluation_data(experiment.data.samples, experiment.faces,
                                                         experiment.data.listed, {}, suite.seed);
  const EmbeddingTable clean = load_table(experiment, store, 0, clean_condition(suite), 1);
  const Threshold no_threshold;
  const CleanContext context{experiment.cards[0], evaluation, clean, no_threshold};
  const auto measures =
      find_metric("verification")->prepare(context)->evaluate({suite.conditions[0], {&clean}});

  ModelCheck check;
  check.card = experiment.cards[0];
  check.data = data_text(experiment);
  check.samples = static_cast<std::int64_t>(clean.size());
  check.not_acquired = std::count_if(clean.status.begin(), clean.status.end(),
                                     [](Status status) { return status != Status::ok; });
  check.fallback_boxes = std::count_if(
      experiment.faces.begin(), experiment.faces.end(),
      [](const AcquiredFace& face) { return face.status == Status::ok && face.face.fallback_box; });
  check.folds = experiment.data.fold_count;
  check.accuracy = find_measure(measures, "lfw_accuracy");
  check.eer = find_measure(measures, "eer");
  return check;
}

Difference difference_from_published(double measured, const Interval& ci95, double published) {
  const double of_published = kNormal95 * std::sqrt(published * (1 - published) / kPublishedPairs);
  const double difference = measured - published;
  return {difference,
          {difference - std::hypot(measured - ci95.low, of_published),
           difference + std::hypot(ci95.high - measured, of_published)}};
}

Judgement judge(const ModelCheck& check) {
  if (std::isnan(check.accuracy.value)) return {Verdict::cannot_tell, check.accuracy.note};
  if (!check.card.published_lfw) return {Verdict::cannot_tell, "the card publishes no accuracy on LFW"};
  if (!check.accuracy.ci95)
    return {Verdict::cannot_tell, "too few subjects for an interval of what was measured"};
  const Difference d =
      difference_from_published(check.accuracy.value, *check.accuracy.ci95, *check.card.published_lfw);
  std::string numbers =
      fmt::format("difference {:+.4f}, 95 % [{:+.4f}, {:+.4f}]", d.value, d.ci95.low, d.ci95.high);
  if (check.folds != kPublishedFolds)
    numbers +=
        fmt::format("; the published figure is of {} folds, here are {}", kPublishedFolds, check.folds);
  if (d.ci95.high < 0)
    return {Verdict::lower,
            numbers + fmt::format("; `robench models doctor {}` tries other recipes", check.card.name)};
  if (d.ci95.low > 0) return {Verdict::higher, numbers};
  if (d.ci95.high - d.ci95.low > kWidestTelling)
    return {Verdict::cannot_tell, numbers + "; more pairs would tell"};
  return {Verdict::agrees, numbers};
}

std::string check_text(const ModelCheck& check) {
  const Judgement judgement = judge(check);
  const char* verdict = judgement.verdict == Verdict::agrees   ? "agrees with what is published"
                        : judgement.verdict == Verdict::lower  ? "LOWER than published"
                        : judgement.verdict == Verdict::higher ? "higher than published"
                                                               : "cannot tell";
  const std::string published =
      check.card.published_lfw
          ? fmt::format("{} ({})", *check.card.published_lfw, check.card.published_lfw_source)
          : std::string("nothing");
  return fmt::format(
      "model      {}\n"
      "data       {}\n"
      "faces      {} in a fall-back box, {} not acquired (their pairs are left out)\n"
      "measured   accuracy {}\n"
      "           EER {}\n"
      "published  {}\n"
      "verdict    {}: {}\n",
      check.card.name, check.data, check.fallback_boxes, check.not_acquired,
      measure_text(check.accuracy), measure_text(check.eer), published, verdict, judgement.words);
}

}  // namespace robench
