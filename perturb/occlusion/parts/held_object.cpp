// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/held_object.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/smooth_step.h"

namespace robench {
namespace {

// Hands: Farkas has none; lengths are those of an adult, 63 mm = 1: hand 185 mm, palm 85 mm wide,
// fingers 16 to 19 mm thick.
void add_arm(std::vector<Part>& parts, cv::Point2f wrist, cv::Vec3f skin) {
  const cv::Vec3f sleeve = reflectance(0x39424F);
  parts.push_back({wrist + cv::Point2f(0, -0.1F), wrist + cv::Point2f(0.1F, 1.3F), 0.44F, 0.56F, skin});
  parts.push_back(
      {wrist + cv::Point2f(0.07F, 1.15F), wrist + cv::Point2f(0.4F, 7), 0.72F, 0.95F, sleeve});
}

void add_finger(std::vector<Part>& parts, cv::Point2f root, cv::Point2f joint, cv::Point2f tip,
                float radius, cv::Vec3f skin) {
  parts.push_back({root, joint, 1.05F * radius, 0.95F * radius, skin, Ends::joined});
  parts.push_back({joint, tip, 0.95F * radius, 0.8F * radius, skin, Ends::joined});
}

void add_nail(std::vector<Part>& parts, cv::Point2f tip, cv::Point2f along, float radius,
              cv::Vec3f skin) {
  const cv::Vec3f nail = skin * 0.85F + cv::Vec3f(0.1F, 0.09F, 0.12F);
  parts.push_back({tip - along * 0.05F, tip + along * 0.05F, 0.55F * radius, 0.5F * radius, nail,
                   Ends::round, 0.5F, 0.12F});
}

// The back of a hand with spread fingers.
std::vector<Part> hand(cv::Vec3f skin) {
  std::vector<Part> parts;
  add_arm(parts, {0.02F, 1.15F}, skin);
  parts.push_back({{0.02F, 1.1F}, {0.0F, 0.45F}, 0.47F, 0.6F, skin, Ends::joined, 0.7F});
  parts.push_back({{-0.2F, 0.6F}, {-0.28F, -0.2F}, 0.42F, 0.46F, skin, Ends::joined, 0.5F});
  parts.push_back({{0.16F, 0.6F}, {0.24F, -0.15F}, 0.42F, 0.46F, skin, Ends::joined, 0.5F});
  parts.push_back({{0.0F, 0.6F}, {0.0F, -0.22F}, 0.5F, 0.5F, skin, Ends::joined, 0.25F});
  add_finger(parts, {-0.42F, 0.5F}, {-0.86F, 0.0F}, {-1.05F, -0.5F}, 0.18F, skin);
  add_nail(parts, {-1.06F, -0.55F}, {-0.35F, -0.94F}, 0.17F, skin);
  constexpr std::array<std::array<float, 6>, 4> kFingers = {{
      {0.52F, -0.42F, 0.66F, -0.86F, 0.74F, -1.22F},     // little finger
      {0.2F, -0.55F, 0.27F, -1.15F, 0.3F, -1.68F},       // ring finger
      {-0.13F, -0.58F, -0.13F, -1.24F, -0.14F, -1.83F},  // middle finger
      {-0.46F, -0.5F, -0.54F, -1.1F, -0.6F, -1.62F},     // fore-finger
  }};
  for (const auto& f : kFingers) {
    const float radius = &f == &kFingers[0] ? 0.145F : 0.165F;
    add_finger(parts, {f[0], f[1]}, {f[2], f[3]}, {f[4], f[5]}, radius, skin);
    const cv::Point2f along(f[4] - f[2], f[5] - f[3]);
    add_nail(parts, cv::Point2f(f[4], f[5]) + along * 0.06F, along * (1 / std::sqrt(along.dot(along))),
             radius, skin);
  }
  return parts;
}

// Four fingers around something, from the right at `x` to the left, one below the other.
void add_grip(std::vector<Part>& parts, float x, float top, float reach, cv::Vec3f skin) {
  add_arm(parts, {x + 0.12F, top + 1.3F}, skin);
  parts.push_back(
      {{x + 0.15F, top + 1.2F}, {x + 0.2F, top + 0.25F}, 0.45F, 0.42F, skin, Ends::joined, 0.8F});
  constexpr std::array<float, 4> kLengths = {0.92F, 1.0F, 0.94F, 0.76F};
  for (std::size_t i = 0; i < kLengths.size(); ++i) {
    const float y = top + 0.3F * static_cast<float>(i);
    const cv::Point2f tip(x - reach * kLengths[i], y + 0.08F);
    add_finger(parts, {x + 0.2F, y}, {x - 0.35F * reach, y - 0.02F}, tip, 0.155F, skin);
    add_nail(parts, tip - cv::Point2f(0.03F, 0), {-1, 0.05F}, 0.155F, skin);
  }
}

std::vector<Part> phone(cv::Vec3f skin) {
  const cv::Vec3f black = reflectance(0x1B1C1F);
  std::vector<Part> parts;
  parts.push_back({{0, -1.17F}, {0, 1.17F}, 0.58F, 0.58F, black, Ends::flat, 0});
  parts.push_back({{0, -1.14F}, {0, 1.14F}, 0.55F, 0.55F, reflectance(0x3A3D44), Ends::flat, 0.1F});
  parts.push_back(
      {{-0.36F, -0.94F}, {-0.36F, -0.62F}, 0.16F, 0.16F, reflectance(0x2B2D33), Ends::round, 0});
  for (const float y : {-0.94F, -0.62F}) {
    parts.push_back({{-0.36F, y}, {-0.36F, y}, 0.105F, 0.105F, black, Ends::round, 0.3F});
    parts.push_back(
        {{-0.36F, y}, {-0.36F, y}, 0.065F, 0.065F, reflectance(0x10131A), Ends::round, 0.2F, 0.5F});
  }
  parts.push_back(
      {{-0.14F, -0.8F}, {-0.14F, -0.8F}, 0.035F, 0.035F, reflectance(0xEFE6CF), Ends::round, 0});
  add_grip(parts, 0.5F, 0.0F, 0.8F, skin);
  return parts;
}

// A mug seen a little from above.
std::vector<Part> cup(cv::Vec3f skin) {
  const cv::Vec3f china = reflectance(0xE9E4DA);
  std::vector<Part> parts;
  constexpr int kBends = 9;
  const auto handle = [](int k) {
    const float angle = 0.42F * static_cast<float>(k) - 1.9F;
    return cv::Point2f(-0.58F - 0.36F * std::cos(angle), 0.1F + 0.4F * std::sin(angle));
  };
  for (int i = 0; i < kBends; ++i)
    parts.push_back({handle(i), handle(i + 1), 0.075F, 0.075F, china, Ends::joined, 0.6F});
  parts.push_back({{0, -0.66F}, {0, 0.78F}, 0.66F, 0.56F, china, Ends::flat, 1, 0.12F});
  parts.push_back({{-0.54F, -0.66F}, {0.54F, -0.66F}, 0.12F, 0.12F, china, Ends::round, 0});
  parts.push_back({{-0.53F, -0.65F}, {0.53F, -0.65F}, 0.085F, 0.085F, china * 0.45F, Ends::round, 0});
  add_grip(parts, 0.55F, -0.3F, 0.85F, skin);
  return parts;
}

std::vector<Part> microphone(cv::Vec3f skin) {
  std::vector<Part> parts;
  parts.push_back({{0, 0.3F}, {0, 3.2F}, 0.27F, 0.18F, reflectance(0x1E1E20), Ends::round, 1, 0.1F});
  parts.push_back(
      {{0, 0}, {0, 0.03F}, 0.43F, 0.42F, reflectance(0x66686C), Ends::round, 1, 0.25F, 0.45F});
  parts.push_back(
      {{-0.3F, 0.3F}, {0.3F, 0.3F}, 0.06F, 0.06F, reflectance(0x8C8E92), Ends::round, 1, 0.3F});
  add_grip(parts, 0.24F, 1.0F, 0.55F, skin);
  return parts;
}

// A place on a part: t from 0 at a to 1 at b, `off` from its middle line in units of the half thickness.
struct OnPart {
  float t;
  cv::Point2f off;
};

OnPart on_part(const Part& part, cv::Point2f p) {
  const cv::Point2f along = part.b - part.a;
  const float t = (p - part.a).dot(along) / std::max(along.dot(along), 1e-9F);
  const float held = std::clamp(t, 0.0F, 1.0F);
  const float radius = part.ra + held * (part.rb - part.ra);
  return {t, (p - part.a - held * along) * (1 / radius)};
}

// Lambert under a lamp above and to the left, on a rod or, without roundness, on a plate.
cv::Vec3f shaded(const Part& part, cv::Point2f p, float unit_px) {
  const OnPart at = on_part(part, p);
  const cv::Point2f off = at.off;
  const float blend = part.ends == Ends::joined ? smooth_step(at.t / 0.35F) : 1.0F;
  const float round = part.roundness * (0.35F + 0.65F * blend);
  const float nz = std::sqrt(std::max(0.0F, 1 - off.dot(off)));
  const float lambert =
      -0.35F * off.x * round - 0.45F * off.y * round + 0.82F * (1 - round + round * nz);
  const float light = (0.28F + 0.85F * std::max(0.0F, lambert)) *
                      (1 + part.mesh * 10 * (woven(p * 0.6F, 0.6F * unit_px) - 1));
  const cv::Point2f spot = off - cv::Point2f(-0.35F, -0.4F);
  return part.colour * light + cv::Vec3f::all(part.gloss * std::exp(-spot.dot(spot) / 0.05F));
}

// Distance to a plate that is cut across at a and b, with slightly rounded corners.
float plate_distance(const Part& part, cv::Point2f p) {
  const cv::Point2f along = part.b - part.a;
  const float length = std::max(1e-6F, std::sqrt(along.dot(along)));
  const cv::Point2f from_middle = p - (part.a + part.b) * 0.5F;
  const float y = from_middle.dot(along) / length;
  const float x = std::abs(from_middle.x * along.y - from_middle.y * along.x) / length;
  const float t = std::clamp(y / length + 0.5F, 0.0F, 1.0F);
  const float half = part.ra + t * (part.rb - part.ra);
  const float corner = 0.2F * half;
  const cv::Point2f q(x - half + corner, std::abs(y) - length / 2 + corner);
  const cv::Point2f out(std::max(q.x, 0.0F), std::max(q.y, 0.0F));
  return std::sqrt(out.dot(out)) + std::min(std::max(q.x, q.y), 0.0F) - corner;
}

}  // namespace

std::vector<Part> parts_of(HeldObject object, cv::Vec3f skin) {
  switch (object) {
    case HeldObject::hand:
      return hand(skin);
    case HeldObject::phone:
      return phone(skin);
    case HeldObject::cup:
      return cup(skin);
    case HeldObject::microphone:
      return microphone(skin);
  }
  return {};
}

cv::Point2f Placement::to_object(cv::Point2f face) const {
  const cv::Point2f d = (face - target) * (1 / scale) - direction * distance;
  return {d.x * direction.y - d.y * direction.x, d.x * direction.x + d.y * direction.y};
}

cv::Point2f Placement::to_face(cv::Point2f object) const {
  const cv::Point2f d(object.x * direction.y + object.y * direction.x,
                      -object.x * direction.x + object.y * direction.y);
  return target + (d + direction * distance) * scale;
}

bool covers(const std::vector<Part>& parts, const Placement& place, cv::Point2f face) {
  const cv::Point2f p = place.to_object(face);
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.distance(p) < 0; });
}

float Part::distance(cv::Point2f p) const {
  return ends == Ends::flat ? plate_distance(*this, p) : capsule_distance(p, a, b, ra, rb);
}

void lay_parts(Occluder& occluder, const std::vector<Part>& parts, const Placement& place) {
  for (const Part& part : parts) {
    const cv::Point2f a = place.to_face(part.a);
    const cv::Point2f b = place.to_face(part.b);
    const float margin = 1.5F * place.scale * std::max(part.ra, part.rb) + 0.05F;
    const cv::Point2f low(std::min(a.x, b.x) - margin, std::min(a.y, b.y) - margin);
    const cv::Point2f high(std::max(a.x, b.x) + margin, std::max(a.y, b.y) + margin);
    const auto edge = [&](cv::Point2f p) { return place.scale * part.distance(place.to_object(p)); };
    Coverage coverage = distance_coverage(occluder.axes(), {low, high}, occluder.canvas(), 0.02F, edge);
    if (part.ends == Ends::joined) {
      // No ring where one part begins upon another.
      const cv::Point2f along = part.b - part.a;
      const float fade = 0.5F * part.ra / std::max(part.ra, std::sqrt(along.dot(along)));
      for (int y = 0; y < coverage.area.height; ++y) {
        for (int x = 0; x < coverage.area.width; ++x) {
          const cv::Point2f face = occluder.axes().from_pixel(cv::Point(x, y) + coverage.area.tl());
          coverage.share(y, x) *= smooth_step(on_part(part, place.to_object(face)).t / fade);
        }
      }
    }
    occluder.lay(coverage, [&](cv::Point2f p) {
      return shaded(part, place.to_object(p), place.scale * occluder.axes().unit_px());
    });
  }
}

}  // namespace robench
