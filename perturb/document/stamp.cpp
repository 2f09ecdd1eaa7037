// SPDX-License-Identifier: Apache-2.0
// An ink stamp over a corner of the portrait, as offices put it half on the photograph: two rings, words
// around them, a star and a date line. Rubber prints unevenly: ink is missing in grains, more where
// the pressure was low, and gathers along edges. The ink filters linear light.
// Words are drawn once in OpenCV's Hershey font and bent around the ring. Radius 1.3 inter-eye
// distances: a stamp of 30 mm on a passport photograph of 35 x 45 mm (own: about 11.5 mm between its
// eyes).
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include <opencv2/imgproc.hpp>

#include "perturb/document/parts/line_share.h"
#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kRadius = 1.3F;  // inter-eye distances
constexpr int kLetterPx = 44;    // height of a line of the drawn words

// Share of ink in [0, 1] of a line of words, `width` px wide, letters spread over all of it.
cv::Mat1f drawn(const std::string& words, double stretch) {
  int baseline = 0;
  constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
  const cv::Size size = cv::getTextSize(words, kFont, 1.4, 4, &baseline);
  cv::Mat1b line(kLetterPx, size.width, std::uint8_t{0});
  cv::putText(line, words, {0, kLetterPx - 7}, kFont, 1.4, cv::Scalar(255), 4, cv::LINE_AA);
  cv::Mat1b wide;
  cv::resize(line, wide, {}, stretch, 1, cv::INTER_LINEAR);
  cv::Mat1f share;
  wide.convertTo(share, CV_32F, 1.0 / 255);
  return share;
}

// Value at a place given as shares of width and height, 0 outside.
float sampled(const cv::Mat1f& words, float across, float down) {
  const float x = across * static_cast<float>(words.cols) - 0.5F;
  const float y = down * static_cast<float>(words.rows) - 0.5F;
  if (!(x >= 0 && y >= 0 && x < static_cast<float>(words.cols - 1) &&
        y < static_cast<float>(words.rows - 1)))
    return 0.0F;
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const float fx = x - static_cast<float>(x0);
  const float fy = y - static_cast<float>(y0);
  return (words(y0, x0) * (1 - fx) + words(y0, x0 + 1) * fx) * (1 - fy) +
         (words(y0 + 1, x0) * (1 - fx) + words(y0 + 1, x0 + 1) * fx) * fy;
}

struct Die {
  cv::Mat1f ring_words;
  cv::Mat1f middle_words;
};

struct Impression {
  cv::Point2f centre;
  cv::Point2f along;     // of the date line, unit vector
  cv::Point2f pressure;  // direction in which it falls
};

Impression impression_of(bool left, const RandomStream& stream) {
  const double side = left ? -1 : 1;
  const double turn = stream.uniform(0, -35, 35) * std::numbers::pi / 180;
  const double lean = stream.uniform(1, 0, 2 * std::numbers::pi);
  return {{static_cast<float>(side * stream.uniform(2, 0.75, 1.05)),
           static_cast<float>(stream.uniform(3, 1.05, 1.4))},
          {static_cast<float>(std::cos(turn)), static_cast<float>(std::sin(turn))},
          {static_cast<float>(std::cos(lean)), static_cast<float>(std::sin(lean))}};
}

// A five-pointed star of circumradius 1.
float star_share(cv::Point2f p, float pixel) {
  constexpr float kFifth = 2 * std::numbers::pi_v<float> / 5;
  const float r = std::sqrt(p.dot(p));
  if (r > 1.2F) return 0.0F;
  float phi = std::atan2(p.x, -p.y);  // from the upper point
  phi = std::abs(phi - kFifth * std::round(phi / kFifth));
  // Edge from the point (1, 0) to the notch at 36 degrees and 0.382.
  const cv::Point2f notch(0.382F * std::cos(kFifth / 2) - 1, 0.382F * std::sin(kFifth / 2));
  const cv::Point2f q(r * std::cos(phi) - 1, r * std::sin(phi));
  const float outside = (q.x * -notch.y + q.y * notch.x) / static_cast<float>(cv::norm(notch)) * -1.0F;
  return std::clamp(outside / pixel + 0.5F, 0.0F, 1.0F);
}

// Ink of the die at a place in its radii, x along the date line.
float die_share(const Die& die, cv::Point2f p, float pixel) {
  const float r = std::sqrt(p.dot(p));
  if (r > 1.1F) return 0.0F;
  float share = std::max(line_share(std::abs(r - 0.97F), 0.055F, pixel),
                         line_share(std::abs(r - 0.62F), 0.03F, pixel));
  if (r > 0.66F && r < 0.92F) {
    const float turn =
        std::atan2(p.x, -p.y) / (2 * std::numbers::pi_v<float>)+0.5F;  // clockwise from below
    share = std::max(share, sampled(die.ring_words, turn, (0.92F - r) / 0.24F));
  }
  if (std::abs(p.y) < 0.14F)
    share = std::max(share, sampled(die.middle_words, 0.5F + p.x / 1.04F, 0.5F + p.y / 0.24F));
  share = std::max(share, star_share((p - cv::Point2f(0, -0.36F)) / 0.15F, pixel / 0.15F));
  share = std::max(share, star_share((p - cv::Point2f(0, 0.36F)) / 0.15F, pixel / 0.15F));
  return share;
}

cv::Vec3f ink_of(const std::string& colour) {
  if (colour == "blue") return {0.30F, 0.06F, 0.02F};
  if (colour == "violet") return {0.26F, 0.025F, 0.11F};
  if (colour == "red") return {0.05F, 0.02F, 0.45F};
  return {0.02F, 0.015F, 0.015F};
}

Image stamped(const Image& image, const FaceAxes& axes, const Die& die, const Impression& at,
              cv::Vec3f ink, float density, const RandomStream& stream) {
  const cv::Size size = image.bgr().size();
  const GrainField grains = grain_field(stream.fork("grains"), axes, size, 0.05, 1);
  const GrainField patches = grain_field(stream.fork("patches"), axes, size, 0.7, 1);
  const auto grain_left = static_cast<float>(grains.amplitude);
  cv::Mat light = linear_light(image);
  const float pixel = 1.0F / (axes.unit_px() * kRadius);
  for (int y = 0; y < light.rows; ++y) {
    const FaceLine line = axes.row(y);
    const auto* grain = grains.values.ptr<float>(y);
    const auto* patch = patches.values.ptr<float>(y);
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < light.cols; ++x) {
      const cv::Point2f d =
          (cv::Point2f(line.u(static_cast<std::size_t>(x)), line.v(static_cast<std::size_t>(x))) -
           at.centre) /
          kRadius;
      const cv::Point2f p(d.dot(at.along), at.along.x * d.y - at.along.y * d.x);
      const float share = die_share(die, p, pixel);
      if (share == 0.0F) continue;
      const float inked =
          0.95F - 0.22F * d.dot(at.pressure) + 0.18F * patch[x] + 0.24F * grain_left * grain[x];
      const float ink_share = density * share * smooth_step(inked);
      row[x] = row[x].mul(cv::Vec3f(1, 1, 1) - ink_share * (cv::Vec3f(1, 1, 1) - ink));
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec stamp() {
  PerturbationSpec spec;
  spec.name = "stamp";
  spec.summary = "an ink stamp, ring and words, over the lower part of the face";
  spec.params = {
      {.name = "density",
       .unit = "fraction",
       .summary = "how much of its ink's light a full impression absorbs",
       .min = 0,
       .max = 1},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "colour of the ink",
       .choices = {"blue", "violet", "red", "black"},
       .default_value = "blue"},
      {.name = "side",
       .kind = ParamKind::choice,
       .summary = "which side of the image it covers",
       .choices = {"left", "right"},
       .default_value = "right"},
  };
  spec.strength = "density";
  spec.ladder = {0.2, 0.4, 0.6, 0.8, 1};
  spec.ladder_source = "own: equal steps from a dry stamp to full ink";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto density = static_cast<float>(params.number("density"));
    const cv::Vec3f ink = ink_of(params.choice("colour"));
    const bool left = params.choice("side") == "left";
    const Die die = {drawn("* CIVIL REGISTRY OFFICE * SPECIMEN DISTRICT ", 1.0),
                     drawn("17 MAR 2019", 1.0)};
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return stamped(image, axes, die, impression_of(left, stream), ink, density, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
