// SPDX-License-Identifier: Apache-2.0
// One perturbation on a plain picture with a frontal face in its middle: the fixture of the families'
// tests.
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>

#include "perturb/condition.h"
#include "perturb/srgb.h"
#include "tests/support/generated_face.h"

namespace robench::test {

/// In a square picture of side_px; rendered once.
inline const GeneratedFace& frontal_head(int side_px, double inter_eye_px) {
  static std::map<std::pair<int, double>, GeneratedFace> heads;
  const std::pair key{side_px, inter_eye_px};
  const auto known = heads.find(key);
  if (known != heads.end()) return known->second;
  FaceRecipe recipe;
  recipe.size_px = side_px;
  recipe.inter_eye_px = inter_eye_px;
  return heads.emplace(key, render_face(recipe)).first->second;
}

inline Image flat(int side_px, const cv::Scalar& bgr) {
  return Image(cv::Mat(side_px, side_px, CV_8UC3, bgr));
}
inline Image grey(int side_px, int level) { return flat(side_px, cv::Scalar::all(level)); }

struct Value {
  const char* name;
  ParamValue value;
};

inline Params params_of(const std::vector<Value>& values) {
  Params given;
  for (const Value& value : values) given.set(value.name, value.value);
  return given;
}

inline Perturbed perturbed(const Image& image, const Frame& frame, const char* name, const Params& given,
                           std::string_view sample = "sample", Stage stage = Stage::crop) {
  return PreparedCondition({{step_at_value(name, given)}, stage}, 1).apply(image, frame, sample, 0);
}

/// Pixels of a rectangle in inter-eye distances about the midpoint of the eyes.
inline cv::Rect pixels_at(const Frame& frame, cv::Rect2d face_units) {
  const cv::Point2d eyes = (frame.landmarks.left_eye() + frame.landmarks.right_eye()) * 0.5F;
  const auto corner = [&](cv::Point2d at) {
    return cv::Point(cvRound(eyes.x + at.x * frame.inter_eye_px),
                     cvRound(eyes.y + at.y * frame.inter_eye_px));
  };
  return {corner(face_units.tl()), corner(face_units.br())};
}

/// Mean of a rectangle in inter-eye distances about the midpoint of the eyes, second channel.
inline double mean_at(const Image& image, const Frame& frame, cv::Rect2d face_units) {
  return cv::mean(image.bgr()(pixels_at(frame, face_units)))[1];
}

/// Linear light of one channel.
inline cv::Mat1d light_of(const Image& image, int channel) {
  cv::Mat1d light(image.bgr().size());
  for (int y = 0; y < light.rows; ++y)
    for (int x = 0; x < light.cols; ++x)
      light(y, x) = linear_of_pixel()[image.bgr().at<cv::Vec3b>(y, x)[channel]];
  return light;
}

}  // namespace robench::test
