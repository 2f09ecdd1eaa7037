// SPDX-License-Identifier: Apache-2.0
// A card or photograph that was carried for years: scratches scatter light white from the laminate, with
// a dark rim on one side; two creases, one slope of the fold lit, the other in shadow, the ridge worn to
// the white core; and rubbed edges of the portrait. `wear` brings them one after the other, each at
// the place that the random stream gave it. Everything acts on linear light.
// Own: counts, lengths and widths from the look of worn cards; the portrait is 25 x 32 mm = 3.25 x 4.16
// inter-eye distances.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "perturb/document/parts/line_share.h"
#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr int kScratches = 44;
constexpr int kCreases = 2;

// A shallow arc: v = bend * u^2 in its own axes, from -half_length to half_length.
struct Mark {
  cv::Point2f centre;
  cv::Point2f along;  // unit vector
  float half_length;
  float bend;
  float width;
  float depth;  // how strong it is at this wear, 0 = not there
};

struct Worn {
  std::vector<Mark> scratches;
  std::vector<Mark> creases;
  float edges;  // wear
};

Mark scratch_of(int i, float wear, const RandomStream& stream) {
  const auto first = static_cast<std::uint64_t>(6 * i);
  // Most go the way the card slides into a wallet, a few across.
  const double spread = i % 4 == 0 ? 90 : 22;
  const double angle = (25 + stream.uniform(first, -spread, spread)) * std::numbers::pi / 180;
  const float onset = 0.75F * static_cast<float>(i) / kScratches;
  return {{static_cast<float>(stream.uniform(first + 1, -2.2, 2.2)),
           static_cast<float>(stream.uniform(first + 2, -2.2, 2.6))},
          {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))},
          static_cast<float>(0.18 + 1.3 * std::pow(stream.uniform(first + 3), 2.0)),
          static_cast<float>(stream.uniform(first + 4, -0.08, 0.08)),
          static_cast<float>(stream.uniform(first + 5, 0.008, 0.022)),
          std::clamp((wear - onset) / 0.4F, 0.0F, 1.0F)};
}

// The first runs across the card, the second breaks off a corner.
Mark crease_of(int i, float wear, const RandomStream& stream) {
  const auto first = static_cast<std::uint64_t>(5 * i);
  const double angle = i == 0 ? stream.uniform(first, -14, 14) : stream.uniform(first, 35, 60);
  const double turn = angle * std::numbers::pi / 180;
  const double u = i == 0 ? 0 : stream.uniform(first + 1, -1.3, -0.7);
  const double v = i == 0 ? stream.uniform(first + 2, 0.2, 0.9) : stream.uniform(first + 2, 1.0, 1.5);
  return {{static_cast<float>(u), static_cast<float>(v)},
          {static_cast<float>(std::cos(turn)), static_cast<float>(std::sin(turn))},
          i == 0 ? 6.0F : 2.2F,
          static_cast<float>(stream.uniform(first + 3, -0.012, 0.012)),
          i == 0 ? 0.045F : 0.035F,
          i == 0 ? wear : 0.9F * std::max(0.0F, (wear - 0.3F) / 0.7F)};
}

Worn worn_of(float wear, const RandomStream& stream) {
  Worn worn{{}, {}, wear};
  for (int i = 0; i < kScratches; ++i)
    worn.scratches.push_back(scratch_of(i, wear, stream.fork("scratches")));
  for (int i = 0; i < kCreases; ++i) worn.creases.push_back(crease_of(i, wear, stream.fork("creases")));
  return worn;
}

// Where a pixel lies from a mark: across its arc, and how far it still goes on along it.
struct Place {
  float across;
  float left;
};
inline Place place_from(const Mark& mark, cv::Point2f p) {
  const cv::Point2f d = p - mark.centre;
  const float along = d.dot(mark.along);
  return {mark.along.x * d.y - mark.along.y * d.x - mark.bend * along * along,
          mark.half_length - std::abs(along)};
}

// No pixel of the row is as near as the mark is long.
bool misses(const Mark& mark, const FaceLine& line, std::size_t width) {
  const float reach = 1.1F * mark.half_length + 0.3F;
  const float end = line.v(width - 1);
  return std::min(line.start.y, end) > mark.centre.y + reach ||
         std::max(line.start.y, end) < mark.centre.y - reach;
}

// White share w over the pixel: light -> light (1 - w) + w * white.
inline void whiten(LightRow& light, std::size_t x, float share, float white) {
  light.gain[x] *= 1.0F - share;
  light.veil[x] = light.veil[x] * (1.0F - share) + share * white;
}

void scratch_row(const Mark& mark, const FaceLine& line, float pixel, const float* rough,
                 LightRow& light) {
  if (mark.depth == 0.0F || misses(mark, line, light.gain.size())) return;
  for (std::size_t x = 0; x < light.gain.size(); ++x) {
    const Place place = place_from(mark, {line.u(x), line.v(x)});
    if (place.left < 0 || std::abs(place.across) > 3 * mark.width + pixel) continue;
    const float deep =
        mark.depth * smooth_step(place.left / 0.25F) * smooth_step(0.75F + 0.5F * rough[x]);
    light.gain[x] *=
        1.0F - 0.5F * deep * line_share(std::abs(place.across - mark.width), mark.width, pixel);
    whiten(light, x, 0.8F * deep * line_share(std::abs(place.across), mark.width, pixel), 0.8F);
  }
}

void crease_row(const Mark& mark, const FaceLine& line, float pixel, const float* rough,
                LightRow& light) {
  if (mark.depth == 0.0F) return;
  constexpr float kSlope = 0.17F;  // how far the fold bends the card to each side
  for (std::size_t x = 0; x < light.gain.size(); ++x) {
    Place place = place_from(mark, {line.u(x), line.v(x)});
    if (place.left < 0 || std::abs(place.across) > 4 * kSlope) continue;
    place.across += 0.012F * rough[x];
    const float deep = mark.depth * smooth_step(place.left / 0.4F);
    // The slope of a fold: bright above, dark below, steepest at the ridge.
    const float slope = std::exp(-std::abs(place.across) / kSlope);
    const float turned = std::clamp(place.across / (0.3F * mark.width), -1.0F, 1.0F);
    light.gain[x] *= 1.0F - 0.55F * deep * turned * slope;
    const float worn_off = deep * line_share(std::abs(place.across), mark.width, pixel) *
                           smooth_step(0.6F + 0.6F * rough[x]);
    whiten(light, x, 0.9F * worn_off, 0.85F);
    const float cracks =
        deep * line_share(std::abs(place.across - mark.width), 0.35F * mark.width, pixel);
    light.gain[x] *= 1.0F - 0.7F * cracks;
  }
}

// Rubbed through along the edge of the portrait.
void edge_row(float wear, const FaceLine& line, const float* rough, const float* patch,
              LightRow& light) {
  for (std::size_t x = 0; x < light.gain.size(); ++x) {
    const float to_side = 1.62F - std::abs(line.u(x));
    const float to_end = 2.08F - std::abs(line.v(x) - 0.3F);
    const float inside = std::min(to_side, to_end);
    const float rubbed = smooth_step(
        0.5F + (0.4F * wear - 0.42F - std::abs(inside) + 0.12F * patch[x] + 0.05F * rough[x]) / 0.2F);
    whiten(light, x, std::min(1.0F, 1.6F * wear) * 0.55F * rubbed, 0.75F);
  }
}

Image after_years(const Image& image, const FaceAxes& axes, const Worn& worn,
                  const RandomStream& stream) {
  const cv::Size size = image.bgr().size();
  const GrainField roughs = grain_field(stream.fork("rough"), axes, size, 0.07, 1);
  const GrainField patches = grain_field(stream.fork("patches"), axes, size, 0.6, 1);
  const cv::Mat rough_values = roughs.values * roughs.amplitude;
  const float pixel = 1.0F / axes.unit_px();
  return relit(image, [&](int y, LightRow& light) {
    const FaceLine line = axes.row(y);
    const auto* rough = rough_values.ptr<float>(y);
    edge_row(worn.edges, line, rough, patches.values.ptr<float>(y), light);
    for (const Mark& crease : worn.creases) crease_row(crease, line, pixel, rough, light);
    for (const Mark& scratch : worn.scratches) scratch_row(scratch, line, pixel, rough, light);
  });
}

}  // namespace

PerturbationSpec scratches_and_crease() {
  PerturbationSpec spec;
  spec.name = "scratches_and_crease";
  spec.summary = "scratches, creases and rubbed edges of a card that was carried for years";
  spec.params = {{.name = "wear",
                  .unit = "fraction",
                  .summary = "how far it is worn: marks appear one after the other and deepen",
                  .min = 0,
                  .max = 1}};
  spec.keeps_grey = true;
  spec.strength = "wear";
  spec.ladder = {0.15, 0.3, 0.5, 0.75, 1};
  spec.ladder_source = "own: from a few fine scratches to a card broken twice";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto wear = static_cast<float>(params.number("wear"));
    return [wear](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return after_years(image, axes, worn_of(wear, stream), stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
