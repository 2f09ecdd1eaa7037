// SPDX-License-Identifier: Apache-2.0
#include "models/template_points.h"

#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "models/embedder.h"
#include "models/face.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Two point sets in correspondence: where points of a face lie, and where the template wants them.
struct PointPairs {
  std::vector<cv::Point2d> in_face;
  std::vector<cv::Point2d> in_chip;
};

constexpr int kFirstMeanPoint = 17;  // dlib's mean shape leaves out the jaw line

/// Mean positions of the points 17-67 in a unit square around the inner face, as x and y.
/// From dlib 19.24, dlib/image_transforms/interpolation.h, get_face_chip_details(),
/// copyright (C) 2012 Davis E. King, Boost Software License 1.0 (third_party/NOTICES.md).
constexpr std::array<std::array<double, 2>, 51> kDlibMeanShape{{
    {0.000213256, 0.106454}, {0.0752622, 0.038915}, {0.18113, 0.0187482},  {0.29077, 0.0344891},
    {0.393397, 0.0773906},   {0.586856, 0.0773906}, {0.689483, 0.0344891}, {0.799124, 0.0187482},
    {0.904991, 0.038915},    {0.98004, 0.106454},   {0.490127, 0.203352},  {0.490127, 0.307009},
    {0.490127, 0.409805},    {0.490127, 0.515625},  {0.36688, 0.587326},   {0.426036, 0.609345},
    {0.490127, 0.628106},    {0.554217, 0.609345},  {0.613373, 0.587326},  {0.121737, 0.216423},
    {0.187122, 0.178758},    {0.265825, 0.179852},  {0.334606, 0.231733},  {0.260918, 0.245099},
    {0.182743, 0.244077},    {0.645647, 0.231733},  {0.714428, 0.179852},  {0.793132, 0.178758},
    {0.858516, 0.216423},    {0.79751, 0.244077},   {0.719335, 0.245099},  {0.254149, 0.780233},
    {0.340985, 0.745405},    {0.428858, 0.727388},  {0.490127, 0.742578},  {0.551395, 0.727388},
    {0.639268, 0.745405},    {0.726104, 0.780233},  {0.642159, 0.864805},  {0.556721, 0.902192},
    {0.490127, 0.909281},    {0.423532, 0.902192},  {0.338094, 0.864805},  {0.290379, 0.784792},
    {0.428096, 0.778746},    {0.490127, 0.785343},  {0.552157, 0.778746},  {0.689874, 0.784792},
    {0.553364, 0.824182},    {0.490127, 0.831803},  {0.42689, 0.824182},
}};

/// dlib leaves out the brows and the lower lip, which move with the expression.
bool dlib_uses(int point) {
  const bool brow = point >= 17 && point <= 26;
  const bool lower_lip = (point >= 55 && point <= 59) || point >= 65;
  return point >= kFirstMeanPoint && !brow && !lower_lip;
}

/// Where dlib's chip has the mean position of a point; the corner of its top-left pixel is (0, 0).
cv::Point2d dlib_target(const Template& align, int point) {
  const auto& mean = kDlibMeanShape[static_cast<std::size_t>(point - kFirstMeanPoint)];
  const double face = 2 * align.padding + 1;
  return {(align.padding + mean[0]) / face * align.width,
          (align.padding + mean[1]) / face * align.height};
}

/// In pixels of the chip, whose top-left pixel has its centre at (0, 0).
cv::Point2d mean_dlib_target(const Template& align, int first, int last) {
  cv::Point2d sum;
  for (int point = first; point <= last; ++point) sum += dlib_target(align, point);
  return sum / (last - first + 1) - cv::Point2d(0.5, 0.5);
}

cv::Point2d applied(const cv::Matx23d& map, cv::Point2d point) {
  const cv::Vec2d at = map * cv::Vec3d(point.x, point.y, 1);
  return {at[0], at[1]};
}

/// What dlib 19.24 does in chip_details and extract_image_chips(): the fit goes from the chip to the
/// face, errors in pixels of the photograph; the fitted square is laid out from its first to its last
/// pixel *centre*, in the chip (width - 1) as in the photograph (width * scale - 1).
cv::Matx23d dlib_chip_from_face(const Template& align, const PointPairs& pairs) {
  const cv::Matx23d fit = least_squares_similarity(pairs.in_chip, pairs.in_face);
  const double scale = std::hypot(fit(0, 0), fit(1, 0));
  const double step = (align.width * scale - 1) / (align.width - 1) / scale;
  const cv::Point2d middle = applied(fit, {align.width / 2.0, align.height / 2.0});
  const double a = fit(0, 0) * step;
  const double b = fit(1, 0) * step;
  const double x = (align.width - 1) / 2.0;
  const double y = (align.height - 1) / 2.0;
  const cv::Matx23d face_from_chip{a, -b, middle.x - (a * x - b * y), b, a, middle.y - (b * x + a * y)};
  cv::Matx23d chip_from_face;
  cv::invertAffineTransform(face_from_chip, chip_from_face);
  return chip_from_face;
}

/// The points that the template aligns, for these landmarks.
PointPairs template_point_pairs(const Template& align, const Landmarks& landmarks) {
  PointPairs pairs;
  if (align.points == "five") {
    for (const cv::Point2f& point : landmarks.five_points()) pairs.in_face.emplace_back(point);
    pairs.in_chip.assign(align.five.begin(), align.five.end());
    return pairs;
  }
  ROBENCH_ASSERT(align.points == "dlib_chip");
  for (int point = kFirstMeanPoint; point < Landmarks::kCount; ++point) {
    if (!dlib_uses(point)) continue;
    pairs.in_face.emplace_back(landmarks.points[static_cast<std::size_t>(point)]);
    pairs.in_chip.push_back(dlib_target(align, point));
  }
  return pairs;
}

}  // namespace

cv::Matx23d chip_from_face(const Template& align, const Landmarks& landmarks) {
  const PointPairs pairs = template_point_pairs(align, landmarks);
  if (align.points == "dlib_chip") return dlib_chip_from_face(align, pairs);
  return least_squares_similarity(pairs.in_face, pairs.in_chip);
}

TemplateEyes template_eyes(const Template& align) {
  if (align.points == "five") return {align.five[0], align.five[1]};
  return {mean_dlib_target(align, 36, 41), mean_dlib_target(align, 42, 47)};
}

bool lies_inside_crop(const Template& align) {
  const auto [left, right] = template_eyes(align);
  const cv::Point2d across = right - left;
  const cv::Point2d down(-across.y, across.x);
  const cv::Point2d centre = (left + right) * 0.5 + down * 0.5;
  const double eyes_squared = across.dot(across);
  const auto inside = [&](double x, double y) {
    const cv::Point2d offset = cv::Point2d(x, y) - centre;
    const double reach = kCropInterEyeDistances / 2 * eyes_squared;
    return std::abs(offset.dot(across)) <= reach && std::abs(offset.dot(down)) <= reach;
  };
  const double x1 = align.width - 1.0;
  const double y1 = align.height - 1.0;
  return inside(0, 0) && inside(x1, 0) && inside(0, y1) && inside(x1, y1);
}

cv::Matx23d least_squares_similarity(const std::vector<cv::Point2d>& from,
                                     const std::vector<cv::Point2d>& to) {
  ROBENCH_ASSERT(from.size() == to.size() && from.size() >= 2);
  const auto count = static_cast<double>(from.size());
  cv::Point2d from_mean, to_mean;
  for (std::size_t i = 0; i < from.size(); ++i) {
    from_mean += from[i] / count;
    to_mean += to[i] / count;
  }
  // In the plane the optimum has a closed form: as complex numbers, sum(conj(from) to) / sum |from|^2.
  double along = 0, across = 0, spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const cv::Point2d f = from[i] - from_mean;
    const cv::Point2d t = to[i] - to_mean;
    along += f.dot(t);
    across += f.cross(t);
    spread += f.dot(f);
  }
  const double a = along / spread;
  const double b = across / spread;
  return {a, -b, to_mean.x - (a * from_mean.x - b * from_mean.y),  //
          b, a,  to_mean.y - (b * from_mean.x + a * from_mean.y)};
}

}  // namespace robench
