// SPDX-License-Identifier: Apache-2.0
// What the metrics cost: one cell as large as Labeled Faces in the Wild (13,233 faces of 5,749 people,
// 6,000 pairs) at 512 dimensions. The planted drift and geometry are found again before a time counts.
// Limit: drift, verification and the frozen linear probes together 2 s on two cores, that is 4 s of
// processor time. Probes that are trained anew on the condition are timed beside them.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include <benchmark/benchmark.h>

#include "metrics/geometry_probes.h"
#include "metrics/metric.h"
#include "perturb/random_stream.h"
#include "tests/metrics/geometry_faces.h"

namespace {

using namespace robench;

constexpr int kFaces = 13233;
constexpr int kPeople = 5749;
constexpr int kSingles = 4069;  // people with one photograph
constexpr int kPairs = 3000;    // of each kind
constexpr int kDim = 512;
constexpr float kDrift = 0.5F;  // length of the drift over that of the embedding
constexpr double kLimitCpuSeconds = 4;
constexpr double kPlantedR2 = 0.5;  // of each feature, from one dimension of the embedding
constexpr auto kProbes = "linear probes";

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
    plant_features(people.fork("features"));
  }

  void plant_features(const RandomStream& stream) {
    const auto columns = std::ssize(geometry_features());
    Eigen::MatrixXf noise(kFaces, columns);
    stream.fill_normal(0, noise.data(), static_cast<std::size_t>(noise.size()));
    samples.features = std::sqrt(1 - kPlantedR2) * noise.cast<double>();
    for (int i = 0; i < kFaces; ++i) {
      samples.row.push_back(i);
      samples.unit.push_back(data.subject[i]);
      samples.subject_name.push_back(data.samples[i].subject);
      const auto unit = clean.vectors.row(i).cast<double>().normalized();
      samples.features.row(i) += std::sqrt(kPlantedR2 * kDim) * unit.head(columns);
    }
    samples.mean.emplace(std::array{*upright_face(drawn_face())});
  }
  ModelCard card;
  EvaluationData data;
  EmbeddingTable clean;
  EmbeddingTable perturbed;
  Threshold threshold;
  GeometrySamples samples;
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

/// The probes of geometry_correlation alone: its relations of pairs look at 1,000 faces at most.
class LinearProbes : public PreparedMetric {
 public:
  LinearProbes(const CleanContext& context, const World& lfw)
      : probes_(context, lfw.samples, resampling_units(lfw.data)) {}
  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const override {
    return probes_.evaluate(cell);
  }

 private:
  GeometryProbes probes_;
};

/// `refit`: the probes are trained anew too, as under every condition that is not clean.
void cell(benchmark::State& state, const std::vector<std::string>& names, bool refit) {
  const World& lfw = world();
  const CleanContext context{lfw.card, lfw.data, lfw.clean, lfw.threshold};
  std::vector<std::unique_ptr<PreparedMetric>> metrics;
  for (const auto& name : names)
    metrics.push_back(name == kProbes ? std::make_unique<LinearProbes>(context, lfw)
                                      : find_metric(name)->prepare(context));
  Condition condition;
  if (refit) condition.steps.push_back(step_at_severity("gamma", 3));
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
    if (name == kProbes)
      check(state, measures, "geometry_r2:interpupillary_over_face_width", kPlantedR2 - 0.15,
            kPlantedR2);
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

void add(const char* title, const std::vector<std::string>& names, bool refit = false) {
  benchmark::RegisterBenchmark(title, [=](benchmark::State& state) { cell(state, names, refit); })
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
  add("linear probes, frozen", {kProbes});
  add("linear probes, frozen and trained anew", {kProbes}, true);
  add("one cell: drift, verification, frozen linear probes", {"drift", "verification", kProbes});
  benchmark::Initialize(&argc, argv);
  Judge judge;
  benchmark::RunSpecifiedBenchmarks(&judge);
  return judge.broken() ? 1 : 0;
}
