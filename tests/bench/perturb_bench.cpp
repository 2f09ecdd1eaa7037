// SPDX-License-Identifier: Apache-2.0
// Each perturbation at severity 3 on the generated head, one thread. The result is compared with a first
// call's before a speed is printed: a fast wrong answer cannot win.
#include <benchmark/benchmark.h>

#include "perturb/condition.h"
#include "tests/support/generated_face.h"

namespace {

robench::GeneratedFace head(int size_px) {
  robench::FaceRecipe recipe;
  recipe.size_px = size_px;
  recipe.inter_eye_px = size_px / 5.0;  // as in a face crop
  return robench::render_face(recipe);
}

void perturb(benchmark::State& state, const std::string& name) {
  const robench::GeneratedFace face = head(static_cast<int>(state.range(0)));
  const robench::Frame frame(face.landmarks);
  robench::Condition condition;
  condition.steps.push_back(robench::step_at_severity(name, 3));
  const robench::PreparedCondition prepared(condition, 1);
  const robench::Image expected = prepared.apply(face.image, frame, "head", 1).image;
  if (expected == face.image) return state.SkipWithError("changes nothing");
  for (auto step : state) {
    const robench::Image result = prepared.apply(face.image, frame, "head", 1).image;
    state.PauseTiming();
    if (!(result == expected)) return state.SkipWithError("another result than before");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [family, spec] : robench::perturbation_registry())
    benchmark::RegisterBenchmark((family + "/" + spec.name).c_str(), perturb, spec.name)
        ->Arg(112)
        ->Arg(250)
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
