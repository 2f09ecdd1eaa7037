// SPDX-License-Identifier: Apache-2.0
// A finger's grease on the lens: where it lies, part of the light is scattered. The grooves that the
// finger left scatter across themselves, so lights grow streaks at a right angle to the wipe; the rest
// of the scattered light veils the picture. In linear light, with s = scatter * blob:
//   light' = (1 - s) light + s (kStreaks * streaked light + (1 - kStreaks) * mean of the picture)
// No light is lost. The lens is far out of focus, so the blob over the face is soft and a part of the
// wipe bends: between two directions, by a smooth field.
#include <cmath>
#include <numbers>

#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kStreaks = 0.7F;       // share of the scattered light that stays in the streaks
constexpr double kStreakLength = 0.9;  // inter-eye distances, of the long streaks; the short are a third
constexpr double kBend = 25;           // degrees between the two directions

// Long and short lines together: bright in the middle, thin at the ends.
cv::Mat streaked(const cv::Mat& light, double length_px, double angle_deg) {
  cv::Mat spread = 0.5 * line_spread(length_px, angle_deg);
  const cv::Mat shorter = line_spread(length_px / 3, angle_deg);
  cv::Mat middle = spread(cv::Rect((spread.cols - shorter.cols) / 2, (spread.rows - shorter.rows) / 2,
                                   shorter.cols, shorter.rows));
  cv::scaleAdd(shorter, 0.5, middle, middle);
  return spread_light(light, spread);
}

// An uneven soft blob over the face, longer along the wipe.
struct Blob {
  cv::Point2f centre;  // face units
  cv::Point2f along;   // unit vector of the wipe in face units
  [[nodiscard]] float at(float u, float v, float unevenness) const {
    const float x = u - centre.x;
    const float y = v - centre.y;
    const float a = (x * along.x + y * along.y) / 2.4F;
    const float b = (y * along.x - x * along.y) / 1.7F;
    return smooth_step(1.15F - (a * a + b * b) + 0.3F * unevenness);
  }
};

struct Smear {
  Blob blob;
  double angle_deg;  // of the streaks
  float scatter;
};

Smear smear_of(const RandomStream& stream, double scatter) {
  const double wipe_deg = stream.uniform(0, 0, 180);
  const double wipe = wipe_deg * std::numbers::pi / 180;
  return {{{static_cast<float>(stream.uniform(1, -0.4, 0.4)),
            static_cast<float>(stream.uniform(2, 0.2, 0.8))},
           {static_cast<float>(std::cos(wipe)), static_cast<float>(std::sin(wipe))}},
          wipe_deg + 90,
          static_cast<float>(scatter)};
}

Image smeared(const Image& image, const FaceAxes& axes, const Smear& smear, const RandomStream& stream) {
  const cv::Size size = image.bgr().size();
  cv::Mat light = linear_light(image);
  const double length_px = spread_px(axes, size, kStreakLength);
  const cv::Mat one_way = streaked(light, length_px, smear.angle_deg - kBend / 2);
  const cv::Mat other_way = streaked(light, length_px, smear.angle_deg + kBend / 2);
  const cv::Scalar mean = cv::mean(light);
  const cv::Vec3f veil = cv::Vec3d(mean[0], mean[1], mean[2]) * static_cast<double>(1 - kStreaks);
  const GrainField field = grain_field(stream.fork("unevenness and bend"), axes, size, 1.5, 2);
  for (int y = 0; y < size.height; ++y) {
    const FaceLine line = axes.row(y);
    cv::Vec3f* to = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < size.width; ++x) {
      const auto& uneven = field.values.at<cv::Vec2f>(y, x);
      const auto column = static_cast<std::size_t>(x);
      const float s = smear.scatter * smear.blob.at(line.u(column), line.v(column), uneven[0]);
      const float bend = smooth_step(0.5F + 0.5F * uneven[1]);
      const cv::Vec3f streaks =
          one_way.at<cv::Vec3f>(y, x) * (1 - bend) + other_way.at<cv::Vec3f>(y, x) * bend;
      to[x] = to[x] * (1 - s) + (streaks * kStreaks + veil) * s;
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec lens_smear() {
  PerturbationSpec spec;
  spec.name = "lens_smear";
  spec.version = 2;
  spec.summary = "a finger's grease on the lens: streaks and a veil in a soft blob over the face";
  spec.params = {{.name = "scatter",
                  .unit = "fraction",
                  .summary = "share of the light that the thickest part of the smear scatters",
                  .min = 0,
                  .max = 1}};
  spec.keeps_grey = true;
  spec.random = true;
  spec.strength = "scatter";
  spec.ladder = {0.25, 0.45, 0.6, 0.75, 0.9};
  spec.ladder_source = "own: about 0.4, 0.9, 1.3, 2 and 3.3 stops of the unscattered light lost";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [scatter = params.number("scatter")](const Image& image, const Frame& frame,
                                                const RandomStream& stream) {
      return smeared(image, FaceAxes(frame, image.bgr().size()), smear_of(stream, scatter), stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
