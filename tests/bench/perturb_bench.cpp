// SPDX-License-Identifier: Apache-2.0
// Each perturbation of both registries at severity 3 on generated heads of 112 and 250 px and in a
// photograph of 1920 x 1080, one thread. The result is compared with a first call's before a speed is
// printed: a fast wrong answer cannot win.
#include <benchmark/benchmark.h>

#include "perturb/condition.h"
#include "tests/support/generated_face.h"
#include "tests/support/generated_others.h"

using namespace robench;

namespace {

constexpr int kFullHd = 1080;  // as a size: a photograph of 1920 x 1080

GeneratedFace head(int size) {
  FaceRecipe recipe;
  if (size != kFullHd) {
    recipe.size_px = size;
    recipe.inter_eye_px = size / 5.0;  // as in a face crop
    return render_face(recipe);
  }
  recipe.inter_eye_px = 216;
  const GeneratedPhotograph photograph = render_photograph({{recipe, {960, 500}}}, {1920, 1080});
  return {photograph.image, photograph.landmarks[0]};
}

// Rendered once; a photograph takes a while.
const GeneratedFace& shared_head(int size) {
  static const GeneratedFace small = head(112), medium = head(250), large = head(kFullHd);
  return size == kFullHd ? large : size == 250 ? medium : small;
}

void perturb(benchmark::State& state, const std::string& name, SeveritySet set) {
  static const GeneratedOthers others;
  const GeneratedFace& face = shared_head(static_cast<int>(state.range(0)));
  Frame frame(face.landmarks);
  frame.others = &others;
  Condition condition;
  condition.steps.push_back(step_at_severity(name, 3, {}, set));
  const PreparedCondition prepared(condition, 1);
  const Image expected = prepared.apply(face.image, frame, "head", 1).image;
  if (expected == face.image) return state.SkipWithError("changes nothing");
  for (auto step : state) {
    const Image result = prepared.apply(face.image, frame, "head", 1).image;
    state.PauseTiming();
    if (!(result == expected)) return state.SkipWithError("another result than before");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  for (const SeveritySet set : {SeveritySet::face, SeveritySet::imagenet_c}) {
    for (const auto& [family, spec] : perturbation_registry(set)) {
      benchmark::RegisterBenchmark((family + "/" + spec.name).c_str(), perturb, spec.name, set)
          ->Arg(112)
          ->Arg(250)
          ->Arg(kFullHd)
          ->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
