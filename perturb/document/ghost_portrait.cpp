// SPDX-License-Identifier: Apache-2.0
// The second, faint portrait of the same person that cards carry as a security feature, here where it
// overlaps the first: smaller, grey, with edges that fade out, printed in a line screen. Its ink filters
// linear light: pixel * (1 - opacity * share of ink).
// Two thirds of the size of the portrait and a screen of 0.2 mm on an ID-1 card (0.026 inter-eye
// distances): own, from the look of cards.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/document/parts/line_share.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kPerUnit = 1 / 0.026F;          // lines of the screen
const cv::Point2f kFaceCentre = {0.0F, 0.35F};  // what of the portrait is shown: an oval about it
const cv::Point2f kFaceRadius = {1.45F, 2.0F};

struct Ghost {
  float opacity;
  float scale;
  cv::Point2f centre;  // where its oval lies, face units
};

// Luminance of the picture in linear light, free of detail that the scale would break up.
cv::Mat1f luminance_for(const cv::Mat& light, float scale) {
  cv::Mat1f luminance;
  cv::transform(light, luminance, cv::Matx13f(0.0722F, 0.7152F, 0.2126F));
  const double sigma = 0.45 * (1 / static_cast<double>(scale) - 1);
  if (sigma > 0.1) cv::GaussianBlur(luminance, luminance, {}, sigma, sigma, cv::BORDER_REPLICATE);
  return luminance;
}

// The picture's luminance as seen at each pixel of the ghost.
cv::Mat1f shrunk(const cv::Mat1f& luminance, const FaceAxes& axes, const Ghost& ghost) {
  const cv::Point2f from = axes.to_pixel(kFaceCentre);
  const cv::Point2f to = axes.to_pixel(ghost.centre);
  const double per_scale = 1.0 / static_cast<double>(ghost.scale);
  const cv::Matx23d source_of_pixel(per_scale, 0, from.x - per_scale * to.x, 0, per_scale,
                                    from.y - per_scale * to.y);
  cv::Mat1f seen;
  cv::warpAffine(luminance, seen, source_of_pixel, luminance.size(),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return seen;
}

// Ink of the ghost in [0, 1]: lines as wide as its tone is dark, none outside of the oval.
float ink_at(const Ghost& ghost, cv::Point2f place, float luminance, float pixel) {
  const cv::Point2f d = (place - ghost.centre) / ghost.scale;
  const float r = std::sqrt(d.x * d.x / (kFaceRadius.x * kFaceRadius.x) +
                            d.y * d.y / (kFaceRadius.y * kFaceRadius.y));
  const float shown = smooth_step((1.0F - r) / 0.45F);
  if (shown == 0.0F) return 0.0F;
  // By lightness and with contrast, as a print in one ink needs to look like a face: white and pale skin
  // take no ink, black hair takes all.
  const float dark = std::clamp(1.35F - 1.5F * std::sqrt(std::max(0.0F, luminance)), 0.0F, 1.0F);
  const float phase = kPerUnit * (0.7071F * place.x + 0.7071F * place.y);
  return shown * line_family_share(phase, kPerUnit, dark / kPerUnit, pixel);
}

Image with_ghost(const Image& image, const FaceAxes& axes, const Ghost& ghost) {
  cv::Mat light = linear_light(image);
  const cv::Mat1f seen = shrunk(luminance_for(light, ghost.scale), axes, ghost);
  const float pixel = 1.0F / axes.unit_px();
  for (int y = 0; y < light.rows; ++y) {
    const FaceLine line = axes.row(y);
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < light.cols; ++x) {
      const cv::Point2f place(line.u(static_cast<std::size_t>(x)), line.v(static_cast<std::size_t>(x)));
      row[x] *= 1.0F - ghost.opacity * ink_at(ghost, place, seen(y, x), pixel);
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec ghost_portrait() {
  PerturbationSpec spec;
  spec.name = "ghost_portrait";
  spec.summary = "a second, faint, screened portrait of the same face that overlaps it";
  spec.params = {
      {.name = "opacity",
       .unit = "fraction",
       .summary = "light that full ink of the ghost absorbs",
       .min = 0,
       .max = 1},
      {.name = "scale",
       .unit = "ratio",
       .summary = "size of the ghost over that of the portrait",
       .min = 0.1,
       .max = 1,
       .default_value = 0.65},
      {.name = "side",
       .kind = ParamKind::choice,
       .summary = "which side of the image it overlaps",
       .choices = {"left", "right"},
       .default_value = "right"},
  };
  spec.keeps_grey = true;
  spec.strength = "opacity";
  spec.ladder = {0.15, 0.3, 0.5, 0.7, 0.9};
  spec.ladder_source = "own: from a faint tint to nearly full ink";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const float side = params.choice("side") == "left" ? -1.0F : 1.0F;
    const Ghost ghost = {static_cast<float>(params.number("opacity")),
                         static_cast<float>(params.number("scale")),
                         {side * 0.75F, 0.8F}};
    return [ghost](const Image& image, const Frame& frame, const RandomStream&) {
      return with_ghost(image, FaceAxes(frame, image.bgr().size()), ghost);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
