// SPDX-License-Identifier: Apache-2.0
// Arbitrary parameters on arbitrary pictures: any perturbation gives a picture of the same size or
// refuses its parameters with a ConfigError. Built for libFuzzer (clang), or with standalone.cpp for any
// compiler.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "perturb/condition.h"
#include "perturb/error.h"
#include "tests/support/generated_face.h"
#include "tests/support/generated_others.h"

namespace {

/// Takes decisions from the input; zeros when it is used up.
class Decisions {
 public:
  Decisions(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t byte() { return next_ < size_ ? data_[next_++] : std::uint8_t{0}; }
  int below(int count) { return (byte() * 256 + byte()) % count; }
  double share() { return below(65536) / 65535.0; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t next_ = 0;
};

robench::ParamValue value_of(const robench::ParamSpec& param, Decisions& decide) {
  if (param.kind == robench::ParamKind::choice) {
    // Seldom a name that it does not have.
    const auto choices = static_cast<int>(param.choices.size());
    const int k = decide.below(16 * choices + 1) % (choices + (decide.below(16) == 0 ? 1 : 0));
    return k < choices ? param.choices[static_cast<std::size_t>(k)] : std::string("no such choice");
  }
  const double inside = param.min + (param.max - param.min) * decide.share();
  switch (decide.below(40)) {
    case 0:
      return param.min;
    case 1:
      return param.max;
    case 2:
      return std::numeric_limits<double>::quiet_NaN();
    case 3:
      return param.max * 2 + 1;
    case 4:
      return static_cast<double>(static_cast<long long>(inside));
    default:
      return inside;
  }
}

robench::Image picture_of(Decisions& decide) {
  const int width = 1 + decide.below(72);
  const int height = 1 + decide.below(72);
  const int kind = decide.below(4);
  cv::Mat pixels(height, width, CV_8UC3, cv::Scalar::all(kind == 0 ? 0 : 255));
  if (kind >= 2)
    for (int y = 0; y < height; ++y)
      for (int i = 0; i < 3 * width; ++i)
        pixels.ptr(y)[i] = static_cast<std::uint8_t>(kind == 2 ? decide.byte() : 7 * i + 13 * y);
  return robench::Image(pixels);
}

robench::Landmarks landmarks_of(const robench::Image& picture, Decisions& decide) {
  static const robench::GeneratedFace face = robench::render_face({});
  const double scale = picture.width() / 320.0 * (decide.below(4) == 0 ? 1e3 * decide.share() : 1);
  const double turn = decide.below(3) == 0 ? 6.3 * decide.share() : 0;
  const double shift = decide.below(5) == 0 ? 1e5 * (decide.share() - 0.5) : 0;
  robench::Landmarks landmarks =
      robench::transformed(face.landmarks, {scale * std::cos(turn), -scale * std::sin(turn), shift,
                                            scale * std::sin(turn), scale * std::cos(turn), shift});
  if (decide.below(6) == 0) landmarks.points.fill({3, 4});
  if (decide.below(6) == 0)
    landmarks.points[static_cast<std::size_t>(decide.below(68))].x =
        std::numeric_limits<float>::quiet_NaN();
  return landmarks;
}

robench::Step step_of(Decisions& decide) {
  const auto set = decide.below(4) == 0 ? robench::SeveritySet::imagenet_c : robench::SeveritySet::face;
  const auto& registry = robench::perturbation_registry(set);
  const auto& spec =
      registry[static_cast<std::size_t>(decide.below(static_cast<int>(registry.size())))].spec;
  robench::Params given;
  for (const robench::ParamSpec& param : spec.params)
    if (decide.below(2) == 0 && param.name != spec.strength)
      given.set(param.name, value_of(param, decide));
  if (decide.below(2) == 0)
    return robench::step_at_severity(spec.name, 6 * decide.share() - 0.5, given, set);
  given.set(spec.strength, value_of(*spec.find_param(spec.strength), decide));
  return robench::step_at_value(spec.name, given, set);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robench::GeneratedOthers others;
  Decisions decide(data, size);
  try {
    robench::Condition condition;
    condition.stage = decide.below(2) == 0 ? robench::Stage::crop : robench::Stage::capture;
    for (int steps = 1 + decide.below(2); steps > 0; --steps) condition.steps.push_back(step_of(decide));
    const robench::Image picture = picture_of(decide);
    robench::Frame frame(landmarks_of(picture, decide));
    frame.others = &others;
    const robench::Perturbed result =
        robench::PreparedCondition(condition, decide.byte()).apply(picture, frame, "fuzz", 1);
    if (result.image.bgr().size() != picture.bgr().size()) std::abort();
    if (result.covered_fraction && !(*result.covered_fraction >= 0 && *result.covered_fraction <= 1))
      std::abort();
  } catch (const robench::ConfigError&) {
    // Refused with a reason: as good an answer as a picture.
  }
  return 0;
}
