// SPDX-License-Identifier: Apache-2.0
#include "models/quality_measure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "models/crop.h"
#include "models/face_quality.h"
#include "perturb/face_hull.h"

namespace robench {

std::vector<std::pair<std::string_view, QualityMeasureSpec (*)()>> quality_plugins();

namespace {

constexpr double kMostInterEyePx = 64;  // more does not change a measure of light, only its cost
constexpr double kLeastShareInside = 0.5;
constexpr int kMostNativePx = 256;  // 32 blocks of a codec each way: enough to tell their borders

/// The landmarks in a picture that begins at `origin` and is scaled by `scale`; pixel centres at
/// integers.
Landmarks in_region(const Landmarks& landmarks, cv::Point origin, double scale) {
  const double shift = (scale - 1) / 2;
  return transformed(landmarks,
                     {scale, 0, shift - scale * origin.x, 0, scale, shift - scale * origin.y});
}

/// Share of the polygon's area that lies in the picture, by bounding boxes: near enough for a refusal.
double share_inside(const cv::Rect2f& box, cv::Size picture) {
  const cv::Rect2f visible = box & cv::Rect2f({0, 0}, cv::Size2f(picture));
  return box.area() > 0 ? visible.area() / box.area() : 0;
}

/// Its part around the centre, no more than kMostNativePx each way.
cv::Rect middle_of(const cv::Rect& region) {
  const cv::Size size(std::min(region.width, kMostNativePx), std::min(region.height, kMostNativePx));
  return {region.x + (region.width - size.width) / 2, region.y + (region.height - size.height) / 2,
          size.width, size.height};
}

/// Splits `hull` at the line from the bridge of the nose to the chin.
void split_halves(QualityFace& face, const Landmarks& landmarks) {
  const cv::Point2f top = landmarks.points[27];
  const cv::Point2f down = landmarks.points[8] - top;
  face.left = cv::Mat1b(face.hull.size(), 0);
  face.right = cv::Mat1b(face.hull.size(), 0);
  for (int y = 0; y < face.hull.rows; ++y) {
    for (int x = 0; x < face.hull.cols; ++x) {
      if (face.hull(y, x) == 0) continue;
      const cv::Point2f at = cv::Point2f(static_cast<float>(x), static_cast<float>(y)) - top;
      (down.cross(at) > 0 ? face.left : face.right)(y, x) = 255;
    }
  }
}

}  // namespace

std::optional<QualityFace> quality_face(const Image& picture, const Landmarks& landmarks,
                                        const FaceCrop& crop, double rival_area) {
  if (!usable(landmarks)) return std::nullopt;
  const cv::Mat& pixels = picture.bgr();
  // For its corners alone: pixels are counted in the small region only.
  const FaceHull corners(FaceFit(Frame(landmarks), pixels.size()), {1, 1});
  const cv::Rect2f box = cv::boundingRect(corners.polygon());
  if (share_inside(box, pixels.size()) < kLeastShareInside) return std::nullopt;
  const cv::Rect region = cv::Rect(box) & cv::Rect({0, 0}, pixels.size());
  if (region.width < 4 || region.height < 4) return std::nullopt;

  QualityFace face;
  const cv::Rect middle = middle_of(region);
  face.native_origin = middle.tl();
  cv::cvtColor(pixels(middle), face.native_luma, cv::COLOR_BGR2GRAY);
  const double scale = std::min(1.0, kMostInterEyePx / landmarks.inter_eye_px());
  face.bgr = pixels(region);
  if (scale < 1) cv::resize(face.bgr, face.bgr, {}, scale, scale, cv::INTER_AREA);
  cv::cvtColor(face.bgr, face.luma, cv::COLOR_BGR2GRAY);
  face.placed = in_region(landmarks, region.tl(), scale);
  face.hull =
      FaceHull(FaceFit(Frame(face.placed), face.bgr.size()), face.bgr.size()).mask(face.bgr.size());
  split_halves(face, face.placed);
  face.landmarks = landmarks;
  face.sharpness = face_quality(crop).sharpness;
  face.rival_area = rival_area;
  return face;
}

const std::vector<QualityMeasureSpec>& quality_measures() {
  static const std::vector<QualityMeasureSpec> measures = [] {
    std::vector<QualityMeasureSpec> made;
    for (const auto& [family, make] : quality_plugins()) made.push_back(make());
    return made;
  }();
  return measures;
}

std::vector<QualityValue> assess_quality(const std::optional<QualityFace>& face) {
  std::vector<QualityValue> values;
  for (const QualityMeasureSpec& measure : quality_measures()) {
    QualityValue value;
    if (face) value.raw = measure.raw(*face);
    if (std::isfinite(value.raw))
      value.score = static_cast<int>(std::lround(std::clamp(measure.score(value.raw), 0.0, 100.0)));
    values.push_back(value);
  }
  return values;
}

double covariate(const QualityMeasureSpec& measure, double raw) {
  constexpr double kSmallest = 1e-4;  // a picture without any structure has a sharpness of 0
  return measure.logarithmic && std::isfinite(raw) ? std::log(std::max(raw, kSmallest)) : raw;
}

std::function<double(double)> linear_score(double at_0, double at_100) {
  return [at_0, at_100](double raw) { return 100 * (raw - at_0) / (at_100 - at_0); };
}

double angle_score(double degrees) {
  const double cosine = std::max(0.0, std::cos(degrees * std::numbers::pi / 180));
  return 100 * cosine * cosine;
}

}  // namespace robench
