// SPDX-License-Identifier: Apache-2.0
#include "perturb/weather/parts/streak.h"

#include <algorithm>
#include <cmath>

#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench {
namespace {

constexpr float kThinnest = 0.5F;  // pixels; a thinner streak is drawn so, and fainter
constexpr float kSharpest = 1.0F;  // pixels of soft edge, against stairs

// Pixels first to last of 0..size-1 within `reach` of `centre`; empty where last < first.
struct Reach {
  int first, last;
};
Reach pixels_within(float centre, float reach, int size) {
  const float top = static_cast<float>(size);
  return {static_cast<int>(std::ceil(std::clamp(centre - reach, 0.0F, top))),
          static_cast<int>(std::floor(std::clamp(centre + reach, -1.0F, top - 1)))};
}

}  // namespace

void add_streak(cv::Mat& cover, const Streak& streak) {
  const float radius = std::max(streak.radius, kThinnest);
  const float blur = std::max(streak.blur, kSharpest);
  const float half_length2 = streak.half_way.dot(streak.half_way);
  const float thin = std::min(1.0F, streak.radius / kThinnest);
  const float still = 2 * radius / (2 * radius + 2 * std::sqrt(half_length2));
  const float spread = 2 * radius / (2 * radius + streak.blur);
  const float opacity = streak.opacity * thin * still * spread * spread;
  const float outer = radius + blur / 2;
  const Reach rows = pixels_within(streak.centre.y, outer + std::abs(streak.half_way.y), cover.rows);
  const Reach columns = pixels_within(streak.centre.x, outer + std::abs(streak.half_way.x), cover.cols);
  const float per_half_length2 = half_length2 > 0 ? 1 / half_length2 : 0.0F;
  for (int y = rows.first; y <= rows.last; ++y) {
    auto* row = cover.ptr<float>(y);
    for (int x = columns.first; x <= columns.last; ++x) {
      const cv::Point2f from_centre(static_cast<float>(x) - streak.centre.x,
                                    static_cast<float>(y) - streak.centre.y);
      const float along = std::clamp(from_centre.dot(streak.half_way) * per_half_length2, -1.0F, 1.0F);
      const cv::Point2f off = from_centre - along * streak.half_way;
      const float hidden = opacity * smooth_step((outer - std::sqrt(off.dot(off))) / blur);
      row[x] += hidden * (1.0F - row[x]);
    }
  }
}

Image behind(const Image& image, const cv::Mat& cover, float light, float passing, float veil) {
  return relit(image, [&](int y, LightRow& row) {
    const auto* hidden = cover.ptr<float>(y);
    for (std::size_t x = 0; x < row.gain.size(); ++x) {
      row.gain[x] = passing * (1.0F - hidden[x]);
      row.veil[x] = veil * (1.0F - hidden[x]) + light * hidden[x];
    }
  });
}

}  // namespace robench
