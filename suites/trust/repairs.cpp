// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/repairs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/error.h"
#include "perturb/srgb.h"

namespace robench {
namespace {

/// Half a side of the window: the crop's square of 5, turned by 45 degrees, and half a distance down.
constexpr double kReach = 4.1;  // inter-eye distances
constexpr int kBlock = 8;
constexpr double kGoodLuma = 0.45;  // mid-grey of an sRGB portrait, and LFW's mean face (0.46)

const QualityValue& value_of(const FaceReading& reading, std::string_view name) {
  for (std::size_t i = 0; i < quality_measures().size(); ++i)
    if (quality_measures()[i].name == name) return reading.quality[i];
  ROBENCH_ASSERT(false && "a quality measure that is not there");
  return reading.quality.front();
}

bool is_low(const FaceReading& reading, std::string_view name, int below) {
  const int score = value_of(reading, name).score;
  return score >= 0 && score < below;
}

cv::Rect face_box(const FaceWindow& window) {
  const cv::Rect box = cv::boundingRect(std::vector<cv::Point2f>(window.face.landmarks.points.begin(),
                                                                 window.face.landmarks.points.end()));
  return box & cv::Rect({0, 0}, window.picture.bgr().size());
}

std::optional<FaceWindow> with_pixels(const FaceWindow& window, const Image& pixels,
                                      const Detector& detector) {
  return found_again({pixels, window.face}, detector);
}

bool is_dim_or_glaring(const FaceReading& reading) {
  const double luma = value_of(reading, "luminance_mean").raw;
  return luma < 0.3 || luma > 0.6;
}

std::optional<FaceWindow> gamma(const FaceWindow& window, const Detector& detector) {
  const cv::Rect box = face_box(window);
  if (box.empty()) return std::nullopt;
  cv::Mat luma;
  cv::cvtColor(window.picture.bgr()(box), luma, cv::COLOR_BGR2GRAY);
  const double mean = std::clamp(cv::mean(luma)[0] / 255, 0.004, 0.996);
  const double exponent = std::clamp(std::log(kGoodLuma) / std::log(mean), 0.25, 4.0);
  const PixelTable table =
      table_of_encoded([exponent](double encoded) { return std::pow(encoded, exponent); });
  return with_pixels(window, apply_table(window.picture, table), detector);
}

bool is_uneven_or_flat(const FaceReading& reading) {
  return is_low(reading, "illumination_uniformity", 70) || is_low(reading, "dynamic_range", 70) ||
         is_low(reading, "luminance_variance", 70);
}

/// Contrast limited adaptive histogram equalisation (Zuiderveld 1994, Graphics Gems IV:474) of
/// lightness.
std::optional<FaceWindow> clahe(const FaceWindow& window, const Detector& detector) {
  cv::Mat lab;
  cv::cvtColor(window.picture.bgr(), lab, cv::COLOR_BGR2Lab);
  cv::Mat lightness;
  cv::extractChannel(lab, lightness, 0);
  cv::createCLAHE(2.0, {8, 8})->apply(lightness, lightness);
  cv::insertChannel(lightness, lab, 0);
  cv::Mat pixels;
  cv::cvtColor(lab, pixels, cv::COLOR_Lab2BGR);
  return with_pixels(window, Image(pixels), detector);
}

/// Noise passes for sharpness; a face that has both too much of it and too little light is noisy.
bool is_grainy(const FaceReading& reading) {
  return value_of(reading, "sharpness").score > 60 || is_low(reading, "luminance_mean", 100);
}

std::optional<FaceWindow> denoise(const FaceWindow& window, const Detector& detector) {
  cv::Mat pixels;
  cv::bilateralFilter(window.picture.bgr(), pixels, /*d=*/5, /*sigmaColor=*/40, /*sigmaSpace=*/1.5);
  return with_pixels(window, Image(pixels), detector);
}

bool is_blocky(const FaceReading& reading) { return is_low(reading, "compression_artifacts", 80); }

/// The two pixels beside each border of blocks come half as near to each other again.
std::optional<FaceWindow> deblock(const FaceWindow& window, const Detector& detector) {
  cv::Mat pixels = window.picture.bgr().clone();
  const auto soften = [](cv::Mat a, cv::Mat b) {
    cv::Mat a_new;
    cv::Mat b_new;
    cv::addWeighted(a, 0.75, b, 0.25, 0, a_new);
    cv::addWeighted(b, 0.75, a, 0.25, 0, b_new);
    a_new.copyTo(a);
    b_new.copyTo(b);
  };
  for (int x = kBlock; x < pixels.cols; x += kBlock) soften(pixels.col(x - 1), pixels.col(x));
  for (int y = kBlock; y < pixels.rows; y += kBlock) soften(pixels.row(y - 1), pixels.row(y));
  return with_pixels(window, Image(pixels), detector);
}

bool always(const FaceReading&) { return true; }

/// Landmarks averaged over the box and four that are a little off: one bad fit weighs less.
std::optional<FaceWindow> recrop(const FaceWindow& window, const Detector& detector) {
  const Box& box = window.face.box;
  if (box.area() <= 0) return std::nullopt;
  constexpr double kOff = 0.06;  // of the box
  constexpr std::array<std::array<double, 2>, 5> kShifts = {
      {{0, 0}, {-kOff, 0}, {kOff, 0}, {0, -kOff}, {0, kOff}}};
  Landmarks mean;
  for (const auto& [dx, dy] : kShifts) {
    const Box moved{box.x + dx * box.width, box.y + dy * box.height, box.width, box.height};
    const Landmarks found = detector.landmarks_in(window.picture, moved);
    for (std::size_t i = 0; i < Landmarks::kCount; ++i)
      mean.points[i] += found.points[i] / static_cast<float>(kShifts.size());
  }
  FaceWindow again = window;
  again.face.landmarks = mean;
  return again;
}

bool is_tilted(const FaceReading& reading) {
  return std::abs(value_of(reading, "head_pose_roll").raw) > 10;
}

/// Turned about the eyes until they are level, and found again.
std::optional<FaceWindow> upright(const FaceWindow& window, const Detector& detector) {
  const Landmarks& landmarks = window.face.landmarks;
  const cv::Point2f eyes = (landmarks.left_eye() + landmarks.right_eye()) / 2;
  const cv::Matx23d turn = cv::getRotationMatrix2D(eyes, landmarks.roll_deg(), 1);
  cv::Mat pixels;
  cv::warpAffine(window.picture.bgr(), pixels, turn, window.picture.bgr().size(), cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  const Image picture(pixels);
  const Landmarks expected = transformed(landmarks, turn);
  for (Face& face : detector.detect(picture))
    if (!is_wrong_face(expected, face.landmarks)) {
      if (window.face.detection_confidence == 0) face.detection_confidence = 0;  // given, and stays so
      return FaceWindow{picture, face};
    }
  return std::nullopt;
}

}  // namespace

FaceWindow window_around(const Image& photograph, const Face& face) {
  const cv::Point2d eyes = (face.landmarks.left_eye() + face.landmarks.right_eye()) / 2;
  const double reach = kReach * face.landmarks.inter_eye_px();
  const cv::Rect all({0, 0}, photograph.bgr().size());
  const auto on_grid = [](double value) {
    return static_cast<int>(std::floor(std::clamp(value, 0.0, 1e9) / kBlock)) * kBlock;
  };
  const cv::Point first(on_grid(eyes.x - reach), on_grid(eyes.y - reach));
  const cv::Point end(static_cast<int>(std::min<double>(all.width, eyes.x + reach + 1)),
                      static_cast<int>(std::min<double>(all.height, eyes.y + reach + 1)));
  const cv::Rect part = cv::Rect(first, end) & all;
  if (part.empty()) return {photograph, face};
  FaceWindow window{Image(photograph.bgr()(part).clone()), face};
  window.face.landmarks = transformed(face.landmarks, {1, 0, -double(part.x), 0, 1, -double(part.y)});
  window.face.box.x -= part.x;
  window.face.box.y -= part.y;
  return window;
}

std::optional<FaceWindow> found_again(FaceWindow window, const Detector& detector) {
  if (window.face.detection_confidence == 0) return window;
  for (const Face& face : detector.detect(window.picture)) {
    if (is_wrong_face(window.face.landmarks, face.landmarks)) continue;
    window.face.detection_confidence = face.detection_confidence;
    return window;
  }
  return std::nullopt;
}

const std::vector<Repair>& repairs() {
  static const std::vector<Repair> all = {
      {"upright", "turned upright", is_tilted, upright},
      {"gamma", "brightness corrected", is_dim_or_glaring, gamma},
      {"clahe", "contrast equalised", is_uneven_or_flat, clahe},
      {"deblock", "block borders smoothed", is_blocky, deblock},
      {"denoise", "noise filtered", is_grainy, denoise},
      {"recrop", "landmarks averaged over five boxes", always, recrop},
  };
  return all;
}

Image turned(const Image& photograph, int degrees) {
  ROBENCH_ASSERT(degrees == 90 || degrees == 180 || degrees == 270);
  cv::Mat pixels;
  cv::rotate(photograph.bgr(), pixels,
             degrees == 90    ? cv::ROTATE_90_CLOCKWISE
             : degrees == 180 ? cv::ROTATE_180
                              : cv::ROTATE_90_COUNTERCLOCKWISE);
  return Image(pixels);
}

}  // namespace robench
