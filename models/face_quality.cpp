// SPDX-License-Identifier: Apache-2.0
#include "models/face_quality.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace robench {

FaceQuality face_quality(const FaceCrop& crop) {
  constexpr double kFace = 2.0;  // inter-eye distances
  constexpr int kSide = 80;      // of the face: 40 px between the eyes
  const cv::Mat& pixels = crop.pixels.bgr();
  const int side =
      std::clamp(static_cast<int>(std::lround(pixels.cols * kFace / kCropInterEyeDistances)), 1,
                 std::min(pixels.cols, pixels.rows));
  const cv::Rect middle((pixels.cols - side) / 2, (pixels.rows - side) / 2, side, side);
  cv::Mat luma;
  cv::cvtColor(pixels(middle), luma, cv::COLOR_BGR2GRAY);
  cv::Mat face;
  luma.convertTo(face, CV_32F, 1 / 255.0);
  cv::resize(face, face, {kSide, kSide}, 0, 0, side > kSide ? cv::INTER_AREA : cv::INTER_CUBIC);
  cv::Mat laplacian;
  cv::Laplacian(face, laplacian, CV_32F);
  cv::Scalar mean;
  cv::Scalar sd;
  cv::meanStdDev(laplacian, mean, sd);
  return {static_cast<float>(cv::mean(face)[0]), static_cast<float>(sd[0])};
}

}  // namespace robench
