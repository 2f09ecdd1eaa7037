// SPDX-License-Identifier: Apache-2.0
// A phone's picture of a card held in the hand, in the order in which it comes about: printed in a
// screen, overprinted with security lines, laminated under a foil, worn; then turned in space before the
// camera, lit by a lamp that mirrors in the laminate and shaded by hand and phone; then taken slightly
// out of focus with some noise. Print, security and wear are this family's own perturbations.
//
// `level` scales all of it; each part's own parameter scales that part, 0 leaves it out.
// The card turns about the middle of the eyes, 26 inter-eye distances (200 mm on an ID-1 card) before a
// pin-hole camera: face units (u, v) go to (R (u, v, 0)) / (1 + z / 26). Landmarks go with it.
// Own: all amounts at level 1, from the look of such pictures.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr double kCameraDistance = 26;

// A perturbation of this family as one layer of the card.
struct Layer {
  std::string name;
  Perturber apply;
};

Layer layer(const std::string& name, const std::vector<std::pair<const char*, double>>& values) {
  const PerturbationSpec& spec = find_perturbation(name)->spec;
  Params params;
  for (const auto& [key, value] : values) params.set(key, value);
  return {name, spec.make(resolved_params(spec, params))};
}

struct Capture {
  std::vector<Layer> card;
  Layer lamp;
  double turn;    // perspective, share of its full amount
  float light;    // shadow and fall-off
  double camera;  // blur and noise
};

Capture capture_of(const Params& params) {
  const auto amount = [&](const char* part) { return params.number("level") * params.number(part); };
  const double print = amount("print");
  const double security = amount("security");
  const double wear = amount("wear");
  return {{layer("print_halftone", {{"pitch", 0.024 * print}, {"dot_gain", 0.03 * print}}),
           layer("guilloche", {{"density", 0.3 * security}}),
           layer("hologram", {{"opacity", 0.3 * security}}), layer("fading", {{"fade", 0.3 * wear}}),
           layer("scratches_and_crease", {{"wear", 0.55 * wear}})},
          layer("lamination_glare", {{"glare", 0.8 * amount("light")}}),
          amount("perspective"),
          static_cast<float>(amount("light")),
          amount("camera")};
}

// The card's turn in space: maps pixels of the flat card to pixels of the picture.
cv::Matx33d homography(const FaceAxes& axes, double amount, const RandomStream& stream) {
  const auto angle = [&](std::uint64_t i, double least, double most) {
    const double sign = stream.uniform(2 * i) < 0.5 ? -1 : 1;
    return amount * sign * stream.uniform(2 * i + 1, least, most) * std::numbers::pi / 180;
  };
  const double yaw = angle(0, 16, 30);
  const double pitch = angle(1, 10, 24);
  const double roll = angle(2, 3, 9);
  const cv::Matx33d about_v(std::cos(yaw), 0, std::sin(yaw), 0, 1, 0, -std::sin(yaw), 0, std::cos(yaw));
  const cv::Matx33d about_u(1, 0, 0, 0, std::cos(pitch), -std::sin(pitch), 0, std::sin(pitch),
                            std::cos(pitch));
  const cv::Matx33d in_plane(std::cos(roll), -std::sin(roll), 0, std::sin(roll), std::cos(roll), 0, 0, 0,
                             1);
  const cv::Matx33d turn = about_u * about_v * in_plane;
  const cv::Matx33d seen(turn(0, 0), turn(0, 1), 0, turn(1, 0), turn(1, 1), 0,
                         turn(2, 0) / kCameraDistance, turn(2, 1) / kCameraDistance, 1);
  const cv::Point2d origin = axes.to_pixel({0, 0});
  const cv::Point2d u = cv::Point2d(axes.to_pixel({1, 0})) - origin;
  const cv::Matx33d pixel_of_face(u.x, -u.y, origin.x, u.y, u.x, origin.y, 0, 0, 1);
  return pixel_of_face * seen * pixel_of_face.inv();
}

Landmarks moved(const Landmarks& landmarks, const cv::Matx33d& map) {
  Landmarks result = landmarks;
  for (cv::Point2f& point : result.points) {
    const cv::Vec3d p = map * cv::Vec3d(point.x, point.y, 1);
    // A point behind the camera, of a face far out of the picture, has no image.
    if (p[2] > 1e-3) point = {static_cast<float>(p[0] / p[2]), static_cast<float>(p[1] / p[2])};
  }
  return result;
}

Image turned(const Image& image, const cv::Matx33d& map) {
  cv::Mat out;
  cv::warpPerspective(image.bgr(), out, map, image.bgr().size(), cv::INTER_LINEAR,
                      cv::BORDER_REFLECT_101);
  return Image(out);
}

// The soft edge of a hand's shadow, and a lamp that is nearer to one side.
Image unevenly_lit(const Image& image, const FaceAxes& axes, float amount, const RandomStream& stream) {
  constexpr float kShadowEv = 1.1F;
  constexpr float kFallOffEv = 0.35F;  // per inter-eye distance
  constexpr float kPenumbra = 1.1F;
  const double lean = stream.uniform(0, 0, 2 * std::numbers::pi);
  const cv::Point2f to_shade(static_cast<float>(std::cos(lean)), static_cast<float>(std::sin(lean)));
  const auto edge = static_cast<float>(stream.uniform(1, 0.1, 0.8));
  return relit(image, [&](int y, LightRow& light) {
    const FaceLine line = axes.row(y);
    for (std::size_t x = 0; x < light.gain.size(); ++x) {
      const float along = cv::Point2f(line.u(x), line.v(x) - 0.4F).dot(to_shade);
      const float shade = smooth_step(0.5F + (along - edge) / kPenumbra);
      const float fall_off = std::clamp(along, -2.5F, 2.5F);
      light.gain[x] = std::exp2(-amount * (kShadowEv * shade + kFallOffEv * fall_off));
    }
  });
}

Image taken(const Image& image, const FaceAxes& axes, double amount, const RandomStream& stream) {
  constexpr double kBlur = 0.022;  // standard deviation, inter-eye distances
  constexpr double kNoise = 0.02;  // at white, 1 = white
  constexpr double kGrain = 0.02;
  cv::Mat light = linear_light(image);
  const double sigma = std::min(kBlur * amount * static_cast<double>(axes.unit_px()), 50.0);
  // Below a tenth of a pixel the kernel is a single 1.
  const int reach = sigma < 0.1 ? 0 : static_cast<int>(std::ceil(4 * sigma));
  cv::GaussianBlur(light, light, {2 * reach + 1, 2 * reach + 1}, std::max(sigma, 0.1), 0,
                   cv::BORDER_REPLICATE);
  const GrainField grains = grain_field(stream, axes, light.size(), kGrain, 3);
  const auto noise = static_cast<float>(kNoise * amount * grains.amplitude);
  for (int y = 0; y < light.rows; ++y) {
    const auto* grain = grains.values.ptr<float>(y);
    auto* row = light.ptr<float>(y);
    for (int i = 0; i < 3 * light.cols; ++i) row[i] += noise * std::sqrt(0.1F + row[i]) * grain[i];
  }
  return from_linear_light(light);
}

Perturbed captured(const Image& image, const Frame& frame, const Capture& capture,
                   const RandomStream& stream) {
  Image card = image;
  for (const Layer& part : capture.card) card = part.apply(card, frame, stream.fork(part.name)).image;

  const cv::Size size = image.bgr().size();
  const cv::Matx33d map = homography(FaceAxes(frame, size), capture.turn, stream.fork("turn"));
  const Frame seen(moved(frame.landmarks, map));
  const FaceAxes axes(seen, size);
  const Image lit = unevenly_lit(turned(card, map), axes, capture.light, stream.fork("shadow"));
  const Image mirrored = capture.lamp.apply(lit, seen, stream.fork(capture.lamp.name)).image;
  Perturbed result(taken(mirrored, axes, capture.camera, stream.fork("camera")));
  result.landmarks = seen.landmarks;
  return result;
}

ParamSpec part(const char* name, const char* summary) {
  return {.name = name, .unit = "ratio", .summary = summary, .min = 0, .max = 1, .default_value = 1.0};
}

}  // namespace

PerturbationSpec document_capture() {
  PerturbationSpec spec;
  spec.name = "document_capture";
  spec.summary =
      "a hand-held card photographed: print, security features, wear, perspective, light, camera";
  spec.params = {
      {.name = "level",
       .unit = "fraction",
       .summary = "how bad card and capture are in all",
       .min = 0,
       .max = 1},
      part("print", "share of the halftone screen"),
      part("security", "share of guilloche and foil"),
      part("wear", "share of fading, scratches and creases"),
      part("perspective", "share of the turn in space"),
      part("light", "share of shadow and mirrored lamp"),
      part("camera", "share of blur and noise"),
  };
  spec.strength = "level";
  spec.ladder = {0.2, 0.4, 0.6, 0.8, 1};
  spec.ladder_source = "own: equal steps from a new card taken with care to a worn one taken carelessly";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [capture = capture_of(params)](const Image& image, const Frame& frame,
                                          const RandomStream& stream) {
      return captured(image, frame, capture, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
