// SPDX-License-Identifier: Apache-2.0
#include "models/yunet_decode.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "perturb/error.h"

namespace robench {
namespace {

// Medians over the faces of LFW folds 1-5 that dlib's HOG detector found, from dlib's own landmarks:
constexpr double kSidePerFaceLength = 2.37;   // side of the box over max(inter-eye, eyes to mouth)
constexpr double kBoxCentreBelowEyes = 0.47;  // centre of the box, down from the eyes to the mouth

/// Larger boxes are noise: the exponent of a side overflows long before.
constexpr double kMostCells = 1000;

bool is_finite(const YunetFace& face) {
  const auto finite = [](double value) { return std::isfinite(value); };
  return finite(face.score) && finite(face.box.x) && finite(face.box.y) && finite(face.box.width) &&
         finite(face.box.height) && std::ranges::all_of(face.points, [&](const cv::Point2d& p) {
           return finite(p.x) && finite(p.y);
         });
}

YunetFace face_of_cell(const YunetLevel& level, std::size_t cell, int column, int row) {
  const double stride = level.stride;
  const float* box = &level.bbox[4 * cell];
  const float* points = &level.kps[10 * cell];
  YunetFace face;
  const double cls = std::clamp<double>(level.cls[cell], 0, 1);
  const double obj = std::clamp<double>(level.obj[cell], 0, 1);
  face.score = std::sqrt(cls * obj);
  const double width = std::min(std::exp(double{box[2]}), kMostCells) * stride;
  const double height = std::min(std::exp(double{box[3]}), kMostCells) * stride;
  face.box = {(column + box[0]) * stride - width / 2, (row + box[1]) * stride - height / 2, width,
              height};
  for (std::size_t i = 0; i < face.points.size(); ++i)
    face.points[i] = {(column + points[2 * i]) * stride, (row + points[2 * i + 1]) * stride};
  return face;
}

std::vector<YunetFace> without_overlaps(std::vector<YunetFace> faces, double max_overlap) {
  std::ranges::sort(faces, [](const YunetFace& a, const YunetFace& b) {
    const auto key = [](const YunetFace& f) {
      return std::tuple(-f.score, f.box.y, f.box.x, f.box.width);
    };
    return key(a) < key(b);
  });
  std::vector<YunetFace> kept;
  for (const YunetFace& face : faces) {
    const bool covered = std::ranges::any_of(kept, [&](const YunetFace& better) {
      return intersection_over_union(face.box, better.box) > max_overlap;
    });
    if (!covered) kept.push_back(face);
  }
  return kept;
}

}  // namespace

std::vector<YunetFace> decode_yunet(std::span<const YunetLevel> levels, int input_side, double min_score,
                                    double max_overlap) {
  std::vector<YunetFace> faces;
  for (const YunetLevel& level : levels) {
    const int cells = input_side / level.stride;
    ROBENCH_ASSERT(level.cls.size() ==
                   static_cast<std::size_t>(cells) * static_cast<std::size_t>(cells));
    std::size_t cell = 0;
    for (int row = 0; row < cells; ++row)
      for (int column = 0; column < cells; ++column, ++cell) {
        const YunetFace face = face_of_cell(level, cell, column, row);
        if (is_finite(face) && face.score >= min_score) faces.push_back(face);
      }
  }
  return without_overlaps(std::move(faces), max_overlap);
}

Box hog_like_box(const std::array<cv::Point2d, 5>& points) {
  const cv::Point2d eyes = (points[0] + points[1]) / 2;
  const cv::Point2d mouth = (points[3] + points[4]) / 2;
  // A face turned aside has its eyes near each other, one that nods its mouth near the eyes.
  const double length = std::max(cv::norm(points[1] - points[0]), cv::norm(mouth - eyes));
  const double side = kSidePerFaceLength * length;
  const cv::Point2d centre = eyes + kBoxCentreBelowEyes * (mouth - eyes);
  return {centre.x - side / 2, centre.y - side / 2, side, side};
}

}  // namespace robench
