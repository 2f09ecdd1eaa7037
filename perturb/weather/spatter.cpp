// SPDX-License-Identifier: Apache-2.0
// Drops on the window or lens in front of the camera. Water: each drop is a small strong lens, which
// shows what is behind it upside down, smaller and soft, with a dark rim where light is turned away from
// the camera, and a glint. Mud: opaque brown, with ragged edges. Linear light. The strength is the share
// that drops would cover on average. Where n drops of mean area a fall at random on an area A, exp(-n a
// / A) stays clear (a Boolean model; Stoyan, Kendall and Mecke, "Stochastic Geometry and its
// Applications"), which gives n. own: sizes 0.04 to 0.36 inter-eye distances, small ones more often;
// shapes by eye.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"
#include "perturb/weather/parts/scatter.h"
#include "perturb/weather/parts/value_noise.h"

namespace robench::perturbations {
namespace {

// Radii go with the cube of chance; without the ragged edge, which keeps the mean radius.
constexpr float kSmallest = 0.04F;
constexpr float kRange = 0.32F;
constexpr double kMeanSquare = 0.04 * 0.04 + 2 * 0.04 * 0.32 / 4 + 0.32 * 0.32 / 7;

struct Liquid {
  bool mud;
  float raggedness;  // of the edge, share of the radius
  int octaves;       // of the edge
  float softness;    // width of the edge, share of the radius
};
constexpr Liquid kWater = {false, 0.2F, 1, 0.5F};
constexpr Liquid kMud = {true, 0.4F, 2, 0.25F};
constexpr float kDefocus = 0.12F;                      // inter-eye distances
const cv::Vec3f kMudLight = {0.022F, 0.042F, 0.075F};  // blue, green, red

struct Drop {
  cv::Point2f centre;  // pixels
  cv::Point2f seed;    // where its edge lies in the noise
  float radius;        // pixels
};

cv::Vec3f light_at(const cv::Mat& light, cv::Point2f p) {
  const float x = std::clamp(p.x, 0.0F, static_cast<float>(light.cols - 1));
  const float y = std::clamp(p.y, 0.0F, static_cast<float>(light.rows - 1));
  const int left = static_cast<int>(x);
  const int top = static_cast<int>(y);
  const int right = std::min(left + 1, light.cols - 1);
  const int bottom = std::min(top + 1, light.rows - 1);
  const float across = x - static_cast<float>(left);
  const float down = y - static_cast<float>(top);
  const auto* upper = light.ptr<cv::Vec3f>(top);
  const auto* lower = light.ptr<cv::Vec3f>(bottom);
  return (upper[left] * (1 - across) + upper[right] * across) * (1 - down) +
         (lower[left] * (1 - across) + lower[right] * across) * down;
}

// `at` from the centre in radii. The drop sees a field three times as wide as itself, upside down.
cv::Vec3f water_light(const cv::Mat& behind, const Drop& drop, cv::Point2f at) {
  constexpr float kField = 3.0F;
  const float from_centre2 = std::min(1.0F, at.dot(at));
  const float rim = 1.0F - 0.4F * from_centre2 * from_centre2;
  const cv::Point2f off_glint = at - cv::Point2f(-0.35F, -0.4F);
  const float glint = 0.35F * smooth_step(1.0F - std::sqrt(off_glint.dot(off_glint)) / 0.3F);
  const cv::Vec3f seen = light_at(behind, drop.centre - at * (kField * drop.radius)) * rim;
  return seen + cv::Vec3f(glint, glint, glint);
}

cv::Vec3f mud_light(const ValueNoise& noise, const Drop& drop, cv::Point2f at) {
  const cv::Point2f grain = 3.0F * at + drop.seed;
  return kMudLight * (1.0F + 0.5F * noise.fractal(grain.x, grain.y, 3, 0.6F));
}

// Share of the drop in a pixel at `offset` from its centre.
float share_of_drop(const Drop& drop, const Liquid& liquid, const ValueNoise& noise,
                    cv::Point2f offset) {
  const float edge = liquid.softness * drop.radius + 1.0F;
  const float distance = std::sqrt(offset.dot(offset));
  const float ragged = liquid.raggedness * drop.radius;
  if (distance >= drop.radius + ragged + edge / 2) return 0.0F;
  if (distance <= drop.radius - ragged - edge / 2) return 1.0F;
  const cv::Point2f around = drop.seed + offset * (1.0F / std::max(distance, 0.25F * drop.radius));
  const float radius = drop.radius + ragged * noise.fractal(around.x, around.y, liquid.octaves, 0.5F);
  return smooth_step(0.5F + (radius - distance) / edge);
}

void add_drop(cv::Mat& light, const cv::Mat& behind, const Drop& drop, const Liquid& liquid,
              const ValueNoise& noise) {
  const float reach = drop.radius * (1.0F + liquid.raggedness + liquid.softness) + 1.0F;
  const auto clamped = [](float value, int size) {
    return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(size)));
  };
  const int bottom = clamped(drop.centre.y + reach + 1, light.rows);
  const int right = clamped(drop.centre.x + reach + 1, light.cols);
  for (int y = clamped(drop.centre.y - reach, light.rows); y < bottom; ++y) {
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = clamped(drop.centre.x - reach, light.cols); x < right; ++x) {
      const cv::Point2f offset(static_cast<float>(x) - drop.centre.x,
                               static_cast<float>(y) - drop.centre.y);
      const float share = share_of_drop(drop, liquid, noise, offset);
      if (share == 0) continue;
      const cv::Point2f at = offset * (1.0F / drop.radius);
      const cv::Vec3f seen = liquid.mud ? mud_light(noise, drop, at) : water_light(behind, drop, at);
      row[x] += (seen - row[x]) * share;
    }
  }
}

Image spattered(const Image& image, const Frame& frame, double per_tile, const Liquid& liquid,
                const RandomStream& stream) {
  const FaceAxes axes(frame, image.bgr().size());
  const ValueNoise noise(stream.fork("edges"));
  cv::Mat light = linear_light(image);
  cv::Mat behind;  // drops are too near to the lens to be in focus
  const int side =
      2 * std::clamp(cvRound(kDefocus * axes.unit_px() / 2), 0, std::max(light.cols, light.rows)) + 1;
  cv::blur(light, behind, {side, side}, {-1, -1}, cv::BORDER_REPLICATE);
  scatter(axes, image.bgr().size(), stream, per_tile, [&](const ScatteredThing& thing) {
    const float chance = thing.chance[0];
    const float radius = kSmallest + kRange * chance * chance * chance;
    const cv::Point2f seed(64 * thing.chance[1], 64 * thing.chance[2]);
    add_drop(light, behind, {axes.to_pixel(thing.place), seed, radius * thing.presence * axes.unit_px()},
             liquid, noise);
  });
  return from_linear_light(light);
}

double drops_per_tile(double covered) {
  constexpr double kTileArea = static_cast<double>(kScatterTile) * static_cast<double>(kScatterTile);
  return -std::log1p(-covered) * kTileArea / (std::numbers::pi * kMeanSquare);
}

}  // namespace

PerturbationSpec spatter() {
  PerturbationSpec spec;
  spec.name = "spatter";
  spec.summary = "drops of water or mud on the window before the camera";
  spec.params = {{.name = "covered",
                  .unit = "share",
                  .summary = "mean share of the picture that drops cover",
                  .min = 0,
                  .max = 0.95},
                 {.name = "liquid",
                  .kind = ParamKind::choice,
                  .summary = "water refracts, mud hides",
                  .choices = {"water", "mud"},
                  .default_value = "water"}};
  spec.strength = "covered";
  spec.ladder = {0.05, 0.1, 0.2, 0.3, 0.45};
  spec.ladder_source = "own: from a few drops to almost half of the window";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const Liquid liquid = params.choice("liquid") == "mud" ? kMud : kWater;
    return [liquid, per_tile = drops_per_tile(params.number("covered"))](
               const Image& image, const Frame& frame, const RandomStream& stream) {
      return spattered(image, frame, per_tile, liquid, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
