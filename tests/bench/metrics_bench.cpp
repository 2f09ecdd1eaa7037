// SPDX-License-Identifier: Apache-2.0
// What the metrics cost: one cell as large as Labeled Faces in the Wild (13,233 faces of 5,749 people,
// 6,000 pairs) at 512 dimensions. The planted drift is found again before a time counts. Limit: drift,
// verification and neighbourhood together 2 s on two cores, that is 4 s of processor time.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <benchmark/benchmark.h>

#include "metrics/metric.h"
#include "perturb/random_stream.h"

namespace {

using namespace robench;

constexpr int kFaces = 13233;
constexpr int kPeople = 5749;
constexpr int kSingles = 4069;  // people with one photograph
constexpr int kPairs = 3000;    // of each kind
constexpr int kDim = 512;
constexpr float kDrift = 0.5F;  // length of the drift over that of the embedding
constexpr double kLimitCpuSeconds = 4;

std::vector<Sample> faces_of_lfw() {
  std::vector<Sample> samples(kFaces);
  for (int i = 0; i < kFaces; ++i) {
    const int person = i < kSingles ? i : kSingles + (i - kSingles) % (kPeople - kSingles);
    samples[i].id = samples[i].photograph = "photo" + std::to_string(i);
    samples[i].subject = "s" + std::to_string(person);
  }
  return samples;
}

std::vector<Trial> pairs() {
  std::vector<Trial> trials;
  constexpr int kAgain = kPeople - kSingles;  // the same person's next photograph is so much further on
  for (int i = 0; i < kPairs; ++i) {
    const auto first = static_cast<std::uint32_t>(kSingles + i);
    trials.push_back({first, first + kAgain, true, i % 10});
    trials.push_back({first, first + 1, false, i % 10});
  }
  return trials;
}

/// People, photographs of them, and a drift: normal vectors, so nearly at right angles to each other.
struct World {
  World() {
    std::vector<AcquiredFace> faces(kFaces);
    data = make_evaluation_data(faces_of_lfw(), std::move(faces), pairs(), {}, 1);
    const RandomStream people(1, "bench", "people", "", 0);
    const RandomStream photographs = people.fork("photographs");
    const RandomStream drifts = people.fork("drifts");
    EmbeddingMatrix of_person(kPeople, kDim);
    people.fill_normal(0, of_person.data(), static_cast<std::size_t>(of_person.size()));
    clean.status.assign(kFaces, Status::ok);
    clean.vectors.resize(kFaces, kDim);
    photographs.fill_normal(0, clean.vectors.data(), static_cast<std::size_t>(clean.vectors.size()));
    for (int i = 0; i < kFaces; ++i) clean.vectors.row(i) += of_person.row(data.subject[i]);
    perturbed = clean;
    EmbeddingMatrix drift(kFaces, kDim);
    drifts.fill_normal(0, drift.data(), static_cast<std::size_t>(drift.size()));
    perturbed.vectors += kDrift * std::numbers::sqrt2_v<float> * drift;
    ThresholdRule rule;
    threshold = make_threshold(rule, card, data, clean);
  }
  ModelCard card;
  EvaluationData data;
  EmbeddingTable clean;
  EmbeddingTable perturbed;
  Threshold threshold;
};

const World& world() {
  static const World instance;
  return instance;
}

double value_of(const std::vector<Measure>& measures, const char* name) {
  for (const Measure& measure : measures)
    if (measure.name == name) return measure.value;
  return std::nan("");
}

void check(benchmark::State& state, const std::vector<Measure>& measures, const char* name, double low,
           double high) {
  const double value = value_of(measures, name);
  if (!(value >= low && value <= high))
    state.SkipWithError((std::string(name) + " is " + std::to_string(value)).c_str());
}

void cell(benchmark::State& state, const std::vector<std::string>& names) {
  const World& lfw = world();
  const CleanContext context{lfw.card, lfw.data, lfw.clean, lfw.threshold};
  std::vector<std::unique_ptr<PreparedMetric>> metrics;
  for (const auto& name : names) metrics.push_back(find_metric(name)->prepare(context));
  Condition condition;
  std::vector<Measure> measures;
  for (auto step : state) {
    measures.clear();
    for (const auto& metric : metrics)
      for (Measure& measure : metric->evaluate({condition, {&lfw.perturbed}}))
        measures.push_back(std::move(measure));
  }
  for (const auto& name : names) {
    const double angle = std::atan(kDrift) * 180 / std::numbers::pi;
    if (name == "drift") check(state, measures, "drift_angle_deg", angle - 0.2, angle + 0.2);
    if (name == "verification") check(state, measures, "fnmr", 0, 0.001);
    if (name == "neighbourhood") check(state, measures, "self_retrieval_rate", 0.999, 1);
    if (name == "drift_direction") check(state, measures, "drift_common_share", -0.001, 0.001);
  }
}

class Judge : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      broken_ = broken_ || run.error_occurred;
      if (run.benchmark_name().starts_with("one cell"))
        broken_ =
            broken_ || run.cpu_accumulated_time / static_cast<double>(run.iterations) > kLimitCpuSeconds;
    }
  }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  bool broken_ = false;
};

void add(const char* title, const std::vector<std::string>& names) {
  benchmark::RegisterBenchmark(title, [names](benchmark::State& state) { cell(state, names); })
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(3);
}

}  // namespace

int main(int argc, char** argv) {
  add("drift", {"drift"});
  add("verification", {"verification"});
  add("neighbourhood", {"neighbourhood"});
  add("drift_direction", {"drift_direction"});
  add("one cell: drift, verification, neighbourhood", {"drift", "verification", "neighbourhood"});
  benchmark::Initialize(&argc, argv);
  Judge judge;
  benchmark::RunSpecifiedBenchmarks(&judge);
  return judge.broken() ? 1 : 0;
}
