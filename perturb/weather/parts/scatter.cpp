// SPDX-License-Identifier: Apache-2.0
#include "perturb/weather/parts/scatter.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

constexpr int kFarthestTile = 20;
constexpr float kReach = 1.5F;                        // of a thing beyond its place
const cv::Point2f kFirstTile = {-2.5F, -2.0F};        // its corner: the tile is a crop's square
constexpr std::uint64_t kThingsPerTile = 1ULL << 16;  // room in the counter
constexpr std::uint64_t kNumbersPerThing = 8;

struct Area {
  float left, top, right, bottom;
  [[nodiscard]] bool holds(cv::Point2f p) const {
    return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom;
  }
};

// The picture in face units, upright around its corners, with what reaches into it.
Area area_of(const FaceAxes& axes, cv::Size picture) {
  const auto width = static_cast<float>(picture.width);
  const auto height = static_cast<float>(picture.height);
  const cv::Point2f first = axes.from_pixel({0, 0});
  Area area{first.x, first.y, first.x, first.y};
  for (const cv::Point2f corner : {cv::Point2f(width, 0), {0, height}, {width, height}}) {
    const cv::Point2f p = axes.from_pixel(corner);
    area = {std::min(area.left, p.x), std::min(area.top, p.y), std::max(area.right, p.x),
            std::max(area.bottom, p.y)};
  }
  return {area.left - kReach, area.top - kReach, area.right + kReach, area.bottom + kReach};
}

int tile_at(float place, float first) {
  const float tile = std::floor((place - first) / kScatterTile);
  return static_cast<int>(std::clamp(tile, -1.0F - kFarthestTile, 1.0F + kFarthestTile));
}

std::uint64_t first_number(int column, int row) {
  constexpr int kSide = 2 * kFarthestTile + 1;
  const int tile = (row + kFarthestTile) * kSide + column + kFarthestTile;
  return static_cast<std::uint64_t>(tile) * kThingsPerTile * kNumbersPerThing;
}

}  // namespace

double things_in_view(double per_m3, double distance_m) {
  constexpr double kSideM = static_cast<double>(kScatterTile) * kInterEyeMm / 1000;
  return per_m3 * kSideM * kSideM * distance_m / 3;
}

void scatter(const FaceAxes& axes, cv::Size picture, const RandomStream& stream, double per_tile,
             const std::function<void(const ScatteredThing&)>& visit) {
  const Area area = area_of(axes, picture);
  const double count = std::min(per_tile, static_cast<double>(kThingsPerTile));
  const int last_row = std::min(kFarthestTile, tile_at(area.bottom, kFirstTile.y));
  const int last_column = std::min(kFarthestTile, tile_at(area.right, kFirstTile.x));
  for (int row = std::max(-kFarthestTile, tile_at(area.top, kFirstTile.y)); row <= last_row; ++row) {
    for (int column = std::max(-kFarthestTile, tile_at(area.left, kFirstTile.x)); column <= last_column;
         ++column) {
      std::uint64_t number = first_number(column, row);
      for (double i = 0; i < count; ++i, number += kNumbersPerThing) {
        ScatteredThing thing{};
        thing.place = kFirstTile +
                      kScatterTile * cv::Point2f(static_cast<float>(column + stream.uniform(number)),
                                                 static_cast<float>(row + stream.uniform(number + 1)));
        if (!area.holds(thing.place)) continue;
        thing.presence = static_cast<float>(std::min(1.0, count - i));
        for (std::uint64_t k = 0; k < thing.chance.size(); ++k)
          thing.chance[k] = static_cast<float>(stream.uniform(number + 2 + k));
        visit(thing);
      }
    }
  }
}

}  // namespace robench
