// SPDX-License-Identifier: Apache-2.0
#include "models/crop.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "models/face.h"

namespace robench {
namespace {

constexpr double kMinInterEyePx = 1;
constexpr double kMaxInterEyePx = 4000;  // the crop's side is then 20,000 px
/// Down from the midpoint of the eyes to the centre of the crop, in inter-eye distances.
constexpr double kCentreBelowEyes = 0.5;
/// Pixels around the crop's footprint that bicubic interpolation may touch.
constexpr int kKernelMargin = 3;

cv::Point2d eye_midpoint(const Landmarks& landmarks) {
  return (cv::Point2d(landmarks.left_eye()) + cv::Point2d(landmarks.right_eye())) / 2;
}

/// Rotation that levels the eyes, translation that brings `face_centre` to the centre of the square.
cv::Matx23d crop_from_photo(const Landmarks& landmarks, int side) {
  const cv::Point2d eye_line = cv::Point2d(landmarks.right_eye()) - cv::Point2d(landmarks.left_eye());
  const double inter_eye = std::hypot(eye_line.x, eye_line.y);
  const cv::Point2d across = eye_line / inter_eye;
  const cv::Point2d down(-across.y, across.x);
  const cv::Point2d centre = eye_midpoint(landmarks) + down * (kCentreBelowEyes * inter_eye);
  const double middle = (side - 1) / 2.0;                   // pixel centres lie at integers
  return {across.x, across.y, middle - centre.dot(across),  //
          down.x,   down.y,   middle - centre.dot(down)};
}

/// The part of the photograph that the square can see. At least one pixel: a square that lies
/// outside sees the nearest border.
cv::Rect visible_part(const cv::Matx23d& photo_from_crop, int side, const cv::Size& photo) {
  const double last = side - 1;
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
  for (const cv::Vec3d& corner :
       {cv::Vec3d(0, 0, 1), cv::Vec3d(last, 0, 1), cv::Vec3d(0, last, 1), cv::Vec3d(last, last, 1)}) {
    const cv::Vec2d point = photo_from_crop * corner;
    left = std::min(left, point[0]);
    right = std::max(right, point[0]);
    top = std::min(top, point[1]);
    bottom = std::max(bottom, point[1]);
  }
  const auto pixel = [](double value, int size) {
    return static_cast<int>(std::clamp(value, 0.0, size - 1.0));
  };
  const cv::Point first(pixel(left - kKernelMargin, photo.width),
                        pixel(top - kKernelMargin, photo.height));
  const cv::Point end(pixel(right + kKernelMargin, photo.width) + 1,
                      pixel(bottom + kKernelMargin, photo.height) + 1);
  return {first, end};
}

}  // namespace

bool usable(const Landmarks& landmarks) {
  const bool finite = std::all_of(landmarks.points.begin(), landmarks.points.end(), [](auto point) {
    return std::isfinite(point.x) && std::isfinite(point.y);
  });
  if (!finite) return false;
  const double inter_eye = landmarks.inter_eye_px();
  return inter_eye >= kMinInterEyePx && inter_eye <= kMaxInterEyePx;
}

bool is_wrong_face(const Landmarks& clean, const Landmarks& found) {
  return cv::norm(eye_midpoint(clean) - eye_midpoint(found)) > clean.inter_eye_px();
}

std::optional<FaceCrop> crop_face(const Image& photograph, const Landmarks& landmarks) {
  if (!usable(landmarks)) return std::nullopt;
  const int side = static_cast<int>(std::lround(kCropInterEyeDistances * landmarks.inter_eye_px()));
  const cv::Matx23d to_crop = crop_from_photo(landmarks, side);

  cv::Matx23d from_crop;
  cv::invertAffineTransform(to_crop, from_crop);
  // Only the visible part goes into the warp: OpenCV's coordinates end at 32,767 px.
  const cv::Rect part = visible_part(from_crop, side, photograph.bgr().size());
  from_crop(0, 2) -= part.x;
  from_crop(1, 2) -= part.y;
  cv::Mat pixels;
  cv::warpAffine(photograph.bgr()(part), pixels, from_crop, {side, side},
                 cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return FaceCrop{Image(pixels), Frame(transformed(landmarks, to_crop)), to_crop};
}

FaceCrop resampled(const FaceCrop& crop, int side_px) {
  const double scale = static_cast<double>(side_px) / crop.pixels.width();
  const double shift = (scale - 1) / 2;  // pixel centres lie at integers
  const cv::Matx33d to_side(scale, 0, shift, 0, scale, shift, 0, 0, 1);
  cv::Mat pixels;
  cv::resize(crop.pixels.bgr(), pixels, {side_px, side_px}, 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const cv::Matx23d& old = crop.crop_from_photo;
  const cv::Matx33d from_photo(old(0, 0), old(0, 1), old(0, 2), old(1, 0), old(1, 1), old(1, 2), 0, 0,
                               1);
  return {Image(pixels), Frame(transformed(crop.frame.landmarks, to_side.get_minor<2, 3>(0, 0))),
          (to_side * from_photo).get_minor<2, 3>(0, 0)};
}

}  // namespace robench
