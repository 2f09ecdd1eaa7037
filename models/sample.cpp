// SPDX-License-Identifier: Apache-2.0
#include "models/sample.h"

#include <algorithm>
#include <array>
#include <utility>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 7> kStatusNames{{
    {Status::ok, "ok"},
    {Status::undecodable, "undecodable"},
    {Status::no_face, "no_face"},
    {Status::several_faces, "several_faces"},
    {Status::wrong_face, "wrong_face"},
    {Status::unusable_landmarks, "unusable_landmarks"},
    {Status::non_finite_embedding, "non_finite_embedding"},
}};

/// Length of the common part of [a, a + a_length] and [b, b + b_length].
double overlap(double a, double a_length, double b, double b_length) {
  return std::max(0.0, std::min(a + a_length, b + b_length) - std::max(a, b));
}

}  // namespace

double intersection_over_union(const Box& a, const Box& b) {
  const double common = overlap(a.x, a.width, b.x, b.width) * overlap(a.y, a.height, b.y, b.height);
  return common > 0 ? common / (a.area() + b.area() - common) : 0;
}

std::string_view to_string(Status status) {
  for (const auto& [value, name] : kStatusNames)
    if (value == status) return name;
  ROBENCH_ASSERT(false && "a status without a name");
  return {};
}

std::optional<Status> status_from_string(std::string_view text) {
  for (const auto& [value, name] : kStatusNames)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace robench
