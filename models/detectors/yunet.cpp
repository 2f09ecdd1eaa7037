// SPDX-License-Identifier: Apache-2.0
// The YuNet face detector from an ONNX file that the user brings, on OpenCV's dnn; its outputs are
// decoded here (OpenCV 4.6's own cv::FaceDetectorYN fails on these files). The photograph is scaled into
// a square of 320 px, black where it does not fill it: faces from about 1/30 of the longest side. YuNet
// gives five points; the 68 landmarks are dlib's, fitted in the box that belongs to these points.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "models/detector_module.h"
#include "models/digest.h"
#include "models/yunet_decode.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "yunet/1";  // raised by any change of boxes or landmarks
constexpr int kSide = 320;
constexpr std::array<int, 3> kStrides = {8, 16, 32};
constexpr double kMinScore = 0.6;    // own: of 746 LFW faces it loses none
constexpr double kMaxOverlap = 0.3;  // as in cv::FaceDetectorYN

class Yunet final : public Detector {
 public:
  explicit Yunet(const fs::path& file)
      : file_(file), net_(read_net(file)), landmarks_(make_detector("dlib_hog")) {
    cv::setNumThreads(1);
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    identity_ = fmt::format("{} {}, landmarks {}", kVersion, remembered_sha256_of_file(file),
                            landmarks_->identity());
    static_cast<void>(faces_in(cv::Mat(kSide, kSide, CV_8UC3, cv::Scalar::all(0))));
  }

  std::string identity() const override { return identity_; }

  std::vector<Face> detect(const Image& photograph) const override {
    const cv::Mat& bgr = photograph.bgr();
    const double scale = static_cast<double>(kSide) / std::max(bgr.cols, bgr.rows);
    const auto length = [scale](int px) {
      return std::clamp(static_cast<int>(std::lround(px * scale)), 1, kSide);
    };
    cv::Mat input(kSide, kSide, CV_8UC3, cv::Scalar::all(0));
    cv::Mat part = input(cv::Rect(0, 0, length(bgr.cols), length(bgr.rows)));
    cv::resize(bgr, part, part.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR_EXACT);
    const double scale_x = static_cast<double>(part.cols) / bgr.cols;
    const double scale_y = static_cast<double>(part.rows) / bgr.rows;

    std::vector<Face> faces;
    for (YunetFace found : faces_in(input)) {
      for (cv::Point2d& point : found.points) point = {point.x / scale_x, point.y / scale_y};
      Face face;
      face.box = hog_like_box(found.points);
      face.detection_confidence = found.score;
      face.landmarks = landmarks_->landmarks_in(photograph, face.box);
      faces.push_back(face);
    }
    return faces;
  }

  Landmarks landmarks_in(const Image& photograph, const Box& box) const override {
    return landmarks_->landmarks_in(photograph, box);
  }

 private:
  static cv::dnn::Net read_net(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() && bytes.empty())
      throw EnvironmentError(fmt::format("detector 'yunet': cannot read '{}'", file.string()));
    try {
      return cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    } catch (const cv::Exception& error) {
      throw EnvironmentError(fmt::format("detector 'yunet': OpenCV {} cannot read '{}': {}", CV_VERSION,
                                         file.string(), error.err));
    }
  }

  std::vector<YunetFace> faces_in(const cv::Mat& input) const {
    static const std::array<const char*, 4> kKinds = {"cls", "obj", "bbox", "kps"};
    std::vector<std::string> names;
    for (const char* kind : kKinds)
      for (const int stride : kStrides) names.push_back(fmt::format("{}_{}", kind, stride));
    std::vector<cv::Mat> outputs;
    try {
      net_.setInput(cv::dnn::blobFromImage(input));
      net_.forward(outputs, names);
    } catch (const cv::Exception& error) {
      throw EnvironmentError(
          fmt::format("detector 'yunet': '{}' is no YuNet of 320 x 320 with outputs {}: {}",
                      file_.string(), fmt::join(names, ", "), error.err));
    }
    std::vector<YunetLevel> levels;
    for (std::size_t s = 0; s < kStrides.size(); ++s) {
      const auto numbers = [&](std::size_t kind, std::size_t per_cell) {
        return checked(outputs[kind * kStrides.size() + s], kStrides[s], per_cell);
      };
      levels.push_back({kStrides[s], numbers(0, 1), numbers(1, 1), numbers(2, 4), numbers(3, 10)});
    }
    return decode_yunet(levels, kSide, kMinScore, kMaxOverlap);
  }

  [[nodiscard]] std::span<const float> checked(const cv::Mat& blob, int stride,
                                               std::size_t per_cell) const {
    const auto cells = static_cast<std::size_t>(kSide / stride);
    if (blob.type() != CV_32F || blob.total() != cells * cells * per_cell)
      throw EnvironmentError(
          fmt::format("detector 'yunet': '{}' gives {} numbers at stride {}, expected {}",
                      file_.string(), blob.total(), stride, cells * cells * per_cell));
    return {blob.ptr<float>(), blob.total()};
  }

  fs::path file_;
  mutable cv::dnn::Net net_;
  std::unique_ptr<Detector> landmarks_;
  std::string identity_;
};

}  // namespace
}  // namespace robench

extern "C" robench::Detector* robench_make_yunet(const std::filesystem::path& file) {
  return new robench::Yunet(file);
}
