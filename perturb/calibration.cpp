// SPDX-License-Identifier: Apache-2.0
#include "perturb/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "perturb/picture_similarity.h"

namespace robench {
namespace {

constexpr double kFaceScalePx = 40;  // between the eyes; about ArcFace's template (35 px)
constexpr double kStep = 1.0 / 256;  // of a severity
constexpr double kJudgedSide = 5;    // of the square around the face, in inter-eye distances: the crop's

/// The square of a face crop, axis-aligned, as far as it lies in the picture; all of it without a face.
cv::Rect judged_part(const Image& image, const Frame& frame) {
  const cv::Rect all(0, 0, image.width(), image.height());
  const cv::Point2f eyes = (frame.landmarks.left_eye() + frame.landmarks.right_eye()) / 2;
  const double half = kJudgedSide / 2 * frame.inter_eye_px;
  const double x = eyes.x - half;
  const double y = eyes.y + 0.5 * frame.inter_eye_px - half;
  // Written so that a NaN is refused too.
  if (!(std::abs(x) < 1e6 && std::abs(y) < 1e6 && half >= 1 && half < 1e6)) return all;
  const cv::Rect part = cv::Rect(cvFloor(x), cvFloor(y), cvCeil(2 * half), cvCeil(2 * half)) & all;
  return part.empty() ? all : part;
}

Image at_face_scale(const Image& picture, const Frame& frame) {
  Image image(picture.bgr()(judged_part(picture, frame)));
  const bool usable = std::isfinite(frame.inter_eye_px) && frame.inter_eye_px >= 1;
  const double scale = usable ? kFaceScalePx / frame.inter_eye_px : 1;
  if (scale >= 1) return image;  // enlarging adds nothing to judge
  cv::Mat small;
  cv::resize(image.bgr(), small,
             {std::max(1, static_cast<int>(std::lround(image.width() * scale))),
              std::max(1, static_cast<int>(std::lround(image.height() * scale)))},
             0, 0, cv::INTER_AREA);
  return Image(small);
}

Params with_strength(const PerturbationSpec& spec, Params params, double severity) {
  params.set(spec.strength, strength_at(spec, severity));
  return resolved_params(spec, params);
}

}  // namespace

std::string_view to_string(SimilarityMeasure measure) {
  return measure == SimilarityMeasure::ssim ? "ssim" : "psnr";
}

double similarity_at_face_scale(SimilarityMeasure measure, const Image& clean, const Image& perturbed,
                                const Frame& frame) {
  const Image a = at_face_scale(clean, frame);
  const Image b = at_face_scale(perturbed, frame);
  return measure == SimilarityMeasure::ssim ? ssim(a, b) : psnr_db(a, b);
}

SolvedSeverity solve_severity(const PerturbationSpec& spec, double target, bool falling,
                              const std::function<double(double)>& value_at) {
  // Whole steps, so that the answer is the same number on every machine that agrees on the comparisons.
  int mild = spec.neutral ? 1 : static_cast<int>(1 / kStep);
  int severe = static_cast<int>(5 / kStep);
  const auto past_target = [&](double value) { return falling ? value <= target : value >= target; };
  const auto at = [&](int step) { return SolvedSeverity{step * kStep, value_at(step * kStep)}; };
  SolvedSeverity below = at(mild);
  if (past_target(below.value)) return below;
  SolvedSeverity above = at(severe);
  if (!past_target(above.value)) return above;
  while (severe - mild > 1) {
    const int middle = (mild + severe) / 2;
    const SolvedSeverity solved = at(middle);
    (past_target(solved.value) ? severe : mild) = middle;
    (past_target(solved.value) ? above : below) = solved;
  }
  return std::abs(above.value - target) < std::abs(below.value - target) ? above : below;
}

Perturber calibrated_perturber(const PerturbationSpec& spec, const Params& params,
                               const SetPoint& set_point) {
  return [spec, params, set_point](const Image& image, const Frame& frame, const RandomStream& stream) {
    const auto perturbed_at = [&](double severity) {
      return spec.make(with_strength(spec, params, severity))(image, frame, stream);
    };
    const SolvedSeverity solved =
        solve_severity(spec, set_point.target, /*falling=*/true, [&](double severity) {
          return similarity_at_face_scale(set_point.measure, image, perturbed_at(severity).image, frame);
        });
    Perturbed result = perturbed_at(solved.severity);
    result.calibration_residual = solved.value - set_point.target;
    return result;
  };
}

}  // namespace robench
