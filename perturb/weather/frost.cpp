// SPDX-License-Identifier: Apache-2.0
// Frost on the window or lens in front of the camera, generated, no photograph: rime closes in from all
// sides on a clear hole before the face, and feathers of ice grow ahead of it, with branches and twigs
// at 60 degrees, the angle of ice (hexagonal crystals; Libbrecht, "The physics of snow crystals", 2005).
// Ice scatters: in linear light the picture behind it is blurred, then covered with white.
// Feathers are fixed in place; growth only moves their tips, so that less frost is part of more. All
// lengths are in inter-eye distances, so the ice looks the same at any resolution.
// own: the shape of hole and feathers, by eye.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"
#include "perturb/weather/parts/value_noise.h"

namespace robench::perturbations {
namespace {

constexpr float kIceAngle = static_cast<float>(std::numbers::pi / 3);
const cv::Point2f kHole = {0.0F, 0.5F};  // its centre: that of a face crop
constexpr float kRing = 3.3F;            // where feathers begin; just outside of a face crop
constexpr float kClosing = 2.7F;         // how far the hole's radius shrinks from growth 0 to 1
constexpr int kFeathers = 26;

// The plate on which feathers are drawn: a square around the hole.
constexpr float kPlatePx = 48.0F;  // pixels per inter-eye distance
constexpr int kPlateSide = static_cast<int>(2 * kRing * kPlatePx);

cv::Point2f direction(float angle) { return {std::cos(angle), std::sin(angle)}; }

// Distance from the hole's centre by which frost comes nearer: a rounded square, as a window is.
float roundness(cv::Point2f from_hole) {
  const float x2 = from_hole.x * from_hole.x;
  const float y2 = from_hole.y * from_hole.y;
  return std::sqrt(std::sqrt(x2 * x2 + y2 * y2));
}

void draw_line(cv::Mat& plate, cv::Point2f from, cv::Point2f to, double ice) {
  constexpr int kFractionBits = 4;
  const auto on_plate = [](cv::Point2f p) {
    const cv::Point2f px = (p + cv::Point2f(kRing, kRing)) * (kPlatePx * (1 << kFractionBits));
    return cv::Point(cvRound(px.x), cvRound(px.y));
  };
  cv::line(plate, on_plate(from), on_plate(to), cv::Scalar(ice), 1, cv::LINE_AA, kFractionBits);
}

// `first_twig` from the root; the twigs are thinner than their branch.
void draw_branch(cv::Mat& plate, cv::Point2f root, float angle, float length, float first_twig) {
  constexpr float kTwigStep = 0.085F;
  constexpr float kLongestTwig = 0.17F;
  for (float at = first_twig; at < length; at += kTwigStep) {
    const cv::Point2f twig_root = root + at * direction(angle);
    const float twig = std::min(kLongestTwig, 0.5F * (length - at));
    for (const float side : {-1.0F, 1.0F})
      draw_line(plate, twig_root, twig_root + twig * direction(angle + side * kIceAngle), 130);
  }
  draw_line(plate, root, root + length * direction(angle), 220);
}

struct Feather {
  cv::Point2f root;  // from the hole's centre
  float heading;
  float curl;  // radians per inter-eye distance
  float length;
};

void draw_feather(cv::Mat& plate, const Feather& feather, const RandomStream& stream) {
  constexpr float kStep = 0.11F;
  constexpr float kLongestBranch = 0.6F;
  cv::Point2f at = feather.root;
  float heading = feather.heading;
  std::uint64_t drawn = 0;
  const auto draw = [&](double low, double high) {
    return static_cast<float>(stream.uniform(drawn++, low, high));
  };
  for (float left = feather.length; left > 0; left -= kStep) {
    const cv::Point2f next = at + std::min(kStep, left) * direction(heading);
    for (const float side : {-1.0F, 1.0F}) {
      const float longest = draw(0.3, 1.0) * kLongestBranch;
      const float angle = heading + side * kIceAngle + draw(-0.12, 0.12);
      const cv::Point2f root = at + draw(0, 1) * (next - at);
      draw_branch(plate, root, angle, std::min(longest, 0.6F * left), draw(0.03, 0.1));
    }
    draw_line(plate, at, next, 255);
    at = next;
    heading += feather.curl * kStep;
  }
}

// Ice of the feathers on the plate, 0 to 255: their lines and a thin film around these.
cv::Mat feathers(float growth, const RandomStream& stream) {
  constexpr double kTurn = 2 * std::numbers::pi;
  cv::Mat plate(kPlateSide, kPlateSide, CV_8U, cv::Scalar(0));
  for (int i = 0; i < kFeathers; ++i) {
    const RandomStream own = stream.fork("feather" + std::to_string(i));
    const auto angle = static_cast<float>(kTurn * (i + own.uniform(0)) / kFeathers);
    const cv::Point2f root = direction(angle) * (kRing / roundness(direction(angle)));
    const auto ahead = static_cast<float>(own.uniform(1, 0.0, 1.1));  // of the rime
    const float length = std::min(kClosing * growth + ahead, std::sqrt(root.dot(root)) - 0.3F);
    const auto heading = angle + static_cast<float>(std::numbers::pi + own.uniform(2, -0.35, 0.35));
    draw_feather(plate, {root, heading, static_cast<float>(own.uniform(3, -0.4, 0.4)), length},
                 own.fork("branches"));
  }
  cv::Mat film;
  cv::GaussianBlur(plate, film, {}, 0.06 * kPlatePx);
  cv::addWeighted(plate, 0.75, film, 0.4, 0, plate);
  return plate;
}

// The plate as it lies over the picture; beyond it all is ice.
cv::Mat laid_over(const cv::Mat& plate, const FaceAxes& axes, cv::Size picture) {
  const auto on_plate = [&](cv::Point2f pixel) {
    return (axes.from_pixel(pixel) - kHole + cv::Point2f(kRing, kRing)) * kPlatePx;
  };
  const cv::Point2f origin = on_plate({0, 0});
  const cv::Point2f across = on_plate({1, 0}) - origin;
  const cv::Point2f down = on_plate({0, 1}) - origin;
  const cv::Matx23f plate_from_pixel(across.x, down.x, origin.x, across.y, down.y, origin.y);
  cv::Mat out;
  cv::warpAffine(plate, out, plate_from_pixel, picture, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_CONSTANT, cv::Scalar(128));
  return out;
}

cv::Mat blurred(const cv::Mat& light, float unit_px) {
  constexpr float kScatter = 0.13F;  // inter-eye distances
  const int largest = std::max(light.cols, light.rows);
  const int side = 2 * std::clamp(cvRound(kScatter * unit_px / 2), 1, largest) + 1;
  cv::Mat once, twice;
  cv::blur(light, once, {side, side}, {-1, -1}, cv::BORDER_REPLICATE);
  cv::blur(once, twice, {side, side}, {-1, -1}, cv::BORDER_REPLICATE);
  return twice;
}

// Share of ice in the way of each pixel of a row.
void ice_of_row(float growth, const FaceLine& line, const std::uint8_t* feather, const ValueNoise& noise,
                std::vector<float>& ice) {
  std::vector<float> edges(ice.size());
  std::vector<float> grains(ice.size());
  noise.fractal_row(line, 0.75F, 1, 1.0F, edges);
  noise.fractal_row(line, 0.12F, 3, 0.7F, grains);
  const float hole = kRing - kClosing * growth;
  const float thickness = 1.0F - std::exp(-8.0F * growth);  // young frost is thin
  for (std::size_t x = 0; x < ice.size(); ++x) {
    const cv::Point2f from_hole = cv::Point2f(line.u(x), line.v(x)) - kHole;
    const float closed = smooth_step((roundness(from_hole) + 0.5F * edges[x] - hole) / 1.4F);
    const float rime = closed * (0.45F + 0.35F * grains[x]);
    const float crystals = static_cast<float>(feather[x]) * (0.85F / 255.0F);
    ice[x] = thickness * (1.0F - (1.0F - rime) * (1.0F - crystals));
  }
}

Image frosted(const Image& image, const Frame& frame, float growth, const RandomStream& stream) {
  constexpr float kWhite = 0.8F;  // light of thick ice
  const FaceAxes axes(frame, image.bgr().size());
  const cv::Mat feather = laid_over(feathers(growth, stream), axes, image.bgr().size());
  const ValueNoise noise(stream.fork("rime"));
  cv::Mat light = linear_light(image);
  const cv::Mat scattered = blurred(light, axes.unit_px());
  std::vector<float> ice(static_cast<std::size_t>(image.width()));
  for (int y = 0; y < light.rows; ++y) {
    ice_of_row(growth, axes.row(y), feather.ptr(y), noise, ice);
    auto* out = light.ptr<float>(y);
    const auto* soft = scattered.ptr<float>(y);
    for (std::size_t x = 0; x < ice.size(); ++x) {
      const float blur = std::min(1.0F, 1.6F * ice[x]);
      for (std::size_t c = 3 * x; c < 3 * x + 3; ++c) {
        out[c] += blur * (soft[c] - out[c]);
        out[c] += 0.8F * ice[x] * (kWhite - out[c]);
      }
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec frost() {
  PerturbationSpec spec;
  spec.name = "frost";
  spec.summary = "ice on the window before the camera, closing in on the face";
  spec.params = {{.name = "growth",
                  .unit = "share",
                  .summary = "0 = clear, 1 = a hole as wide as the distance of the eyes is left",
                  .min = 0,
                  .max = 1}};
  spec.keeps_grey = true;
  spec.strength = "growth";
  spec.ladder = {0.1, 0.25, 0.4, 0.55, 0.7};
  spec.ladder_source = "own: equal steps, from the corners of a face crop to the cheeks";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [growth = static_cast<float>(params.number("growth"))](const Image& image, const Frame& frame,
                                                                  const RandomStream& stream) {
      return frosted(image, frame, growth, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
