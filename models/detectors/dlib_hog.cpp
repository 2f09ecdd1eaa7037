// SPDX-License-Identifier: Apache-2.0
// dlib's HOG face detector and its 68 landmarks (King 2009; Kazemi & Sullivan 2014).
//
// Detection tries one or two scales; the first that finds a face decides. So its cost is bounded:
//   longest side up to 900 px     at twice the size, where faces from 40 px are found; then as it is
//   up to 2,500 px                as it is, where faces from 80 px are found; then at twice the size, if
//                                 that is at most 2,500 px
//   more                          on a copy of 2,500 px: faces from 1/31 of the longest side
// Landmarks are fitted on a copy of the face in which its box is 300 px wide, because dlib rounds them
// to whole pixels: to 1/300 of the box at any resolution of the photograph.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/opencv.h>
#include <opencv2/imgproc.hpp>

#include "models/detector_module.h"
#include "models/digest.h"
#include "models/face.h"
#include "models/resources.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "dlib_hog/1";  // raised by any change of boxes or landmarks
constexpr const char* kLandmarkFile = "shape_predictor_68_face_landmarks.dat";

constexpr int kSmallPhotographPx = 900;
constexpr int kMaxDetectionPx = 2500;
/// How far below the detector's threshold doubtful faces are looked for; dlib's
/// python_examples/face_detector.py asks for the same.
constexpr double kDoubtfulBelow = 1;
constexpr double kLandmarkBoxPx = 300;
/// Around the box, as a share of it: as far as the landmarks' features reach.
constexpr double kLandmarkMargin = 0.5;

fs::path landmark_file() {
  if (const char* given = std::getenv("ROBENCH_LANDMARKS"); given != nullptr && *given != '\0') {
    if (fs::is_regular_file(given)) return given;
    throw EnvironmentError(std::string("ROBENCH_LANDMARKS names no file: ") + given);
  }
  const fs::path beside_cards = cards_folder().parent_path() / kLandmarkFile;
  for (const fs::path& candidate : {fs::path("/usr/share/dlib") / kLandmarkFile, beside_cards})
    if (fs::is_regular_file(candidate)) return candidate;
  throw EnvironmentError(std::string("dlib's landmark model ") + kLandmarkFile + " is missing",
                         "install Debian's package libdlib-data, or set ROBENCH_LANDMARKS to the file");
}

/// The 100 MB of landmark model, read and hashed once per process and shared by all detectors: fitting
/// does not change it.
struct LandmarkModel {
  dlib::shape_predictor predictor;
  std::string sha256;
};

std::shared_ptr<const LandmarkModel> load_landmark_model(const fs::path& file) {
  auto model = std::make_shared<LandmarkModel>();
  model->sha256 = sha256_of_file(file);
  try {
    dlib::deserialize(file.string()) >> model->predictor;
  } catch (const std::exception& error) {
    throw EnvironmentError("cannot read the landmark model " + file.string() + ": " + error.what(),
                           "install Debian's package libdlib-data again");
  }
  if (model->predictor.num_parts() != Landmarks::kCount)
    throw EnvironmentError("the landmark model " + file.string() + " does not have 68 points");
  return model;
}

std::shared_ptr<const LandmarkModel> landmark_model() {
  static std::mutex mutex;
  static fs::path loaded_file;
  static std::shared_ptr<const LandmarkModel> model;
  const std::lock_guard lock(mutex);
  const fs::path file = landmark_file();
  if (!model || file != loaded_file) model = load_landmark_model(file);
  loaded_file = file;
  return model;
}

cv::Mat scaled(const cv::Mat& picture, double scale) {
  if (scale == 1) return picture;
  const auto length = [scale](int px) { return std::max(1, static_cast<int>(std::lround(px * scale))); };
  cv::Mat result;
  cv::resize(picture, result, {length(picture.cols), length(picture.rows)}, 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR_EXACT);
  return result;
}

/// A view for dlib, which reads but does not own the pixels.
dlib::cv_image<dlib::bgr_pixel> view_of(const cv::Mat& bgr) { return {bgr}; }

Landmarks not_a_number() {
  Landmarks landmarks;
  landmarks.points.fill({NAN, NAN});
  return landmarks;
}

void sort_by_confidence(std::vector<Face>& faces) {
  std::sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) {
    const auto key = [](const Face& face) {
      return std::tuple(-face.detection_confidence, face.box.y, face.box.x, face.box.width);
    };
    return key(a) < key(b);
  });
}

class DlibHog final : public Detector {
 public:
  DlibHog() : model_(landmark_model()), detector_(dlib::get_frontal_face_detector()) {}

  std::string identity() const override { return std::string(kVersion) + " " + model_->sha256; }

  std::vector<Face> detect(const Image& photograph) const override {
    std::vector<Face> faces = boxes_in(photograph.bgr());
    for (Face& face : faces) face.landmarks = landmarks_in(photograph, face.box);
    return faces;
  }

  std::vector<Face> doubtful(const Image& photograph) const override;
  Landmarks landmarks_in(const Image& photograph, const Box& box) const override;

 private:
  std::vector<Face> boxes_in(const cv::Mat& photograph) const;
  std::vector<Face> boxes_at(const cv::Mat& photograph, double scale, double below_threshold) const;

  std::shared_ptr<const LandmarkModel> model_;
  mutable dlib::frontal_face_detector detector_;  // keeps its feature pyramid between calls
};

/// The scales at which faces are searched, in order.
std::vector<double> detection_scales(int longest_side) {
  if (longest_side <= kSmallPhotographPx) return {2, 1};
  if (2 * longest_side <= kMaxDetectionPx) return {1, 2};
  if (longest_side <= kMaxDetectionPx) return {1};
  return {static_cast<double>(kMaxDetectionPx) / longest_side};
}

std::vector<Face> DlibHog::boxes_in(const cv::Mat& photograph) const {
  std::vector<Face> faces;
  for (const double scale : detection_scales(std::max(photograph.cols, photograph.rows))) {
    if (faces.empty()) faces = boxes_at(photograph, scale, 0);
  }
  return faces;
}

std::vector<Face> DlibHog::doubtful(const Image& photograph) const {
  const cv::Mat& pixels = photograph.bgr();
  std::vector<Face> faces;
  for (const double scale : detection_scales(std::max(pixels.cols, pixels.rows)))
    for (const Face& face : boxes_at(pixels, scale, kDoubtfulBelow))
      if (face.detection_confidence < 0) faces.push_back(face);
  sort_by_confidence(faces);
  return faces;
}

std::vector<Face> DlibHog::boxes_at(const cv::Mat& photograph, double scale,
                                    double below_threshold) const {
  const cv::Mat working = scaled(photograph, scale);
  std::vector<dlib::rect_detection> found;
  detector_(view_of(working), found, -below_threshold);

  std::vector<Face> faces;
  for (const dlib::rect_detection& detection : found) {
    const dlib::rectangle& rect = detection.rect;
    Face face;
    face.box = {static_cast<double>(rect.left()) / scale, static_cast<double>(rect.top()) / scale,
                static_cast<double>(rect.width()) / scale, static_cast<double>(rect.height()) / scale};
    face.detection_confidence = detection.detection_confidence;
    faces.push_back(face);
  }
  sort_by_confidence(faces);
  return faces;
}

/// The whole pixels of the photograph within the box and its margin; empty when there are none.
cv::Rect neighbourhood(const Box& box, const cv::Size& photograph) {
  const auto pixel = [](double value, int size) {
    return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(size)));
  };
  const double margin_x = kLandmarkMargin * box.width, margin_y = kLandmarkMargin * box.height;
  return {{pixel(std::floor(box.x - margin_x), photograph.width),
           pixel(std::floor(box.y - margin_y), photograph.height)},
          cv::Point(pixel(std::ceil(box.x + box.width + margin_x), photograph.width),
                    pixel(std::ceil(box.y + box.height + margin_y), photograph.height))};
}

/// Something that lengths can be computed with: a box hint may hold any numbers.
bool is_a_box(const Box& box) {
  constexpr double kFarthestPx = 1e6;
  const auto near = [](double value) { return std::abs(value) <= kFarthestPx; };  // false for NaN
  return near(box.x) && near(box.y) && near(box.width) && near(box.height) && box.width >= 1 &&
         box.height >= 1;
}

Landmarks DlibHog::landmarks_in(const Image& photograph, const Box& box) const {
  if (!is_a_box(box)) return not_a_number();
  const cv::Rect part = neighbourhood(box, photograph.bgr().size());
  if (part.empty()) return not_a_number();
  const cv::Mat face = scaled(photograph.bgr()(part), kLandmarkBoxPx / std::max(box.width, box.height));
  const double scale_x = static_cast<double>(face.cols) / part.width;  // exact, after rounding
  const double scale_y = static_cast<double>(face.rows) / part.height;

  const auto face_x = [&](double photo_x) { return std::lround((photo_x - part.x) * scale_x); };
  const auto face_y = [&](double photo_y) { return std::lround((photo_y - part.y) * scale_y); };
  const dlib::rectangle rect(face_x(box.x), face_y(box.y), face_x(box.x + box.width) - 1,
                             face_y(box.y + box.height) - 1);
  const dlib::full_object_detection shape = model_->predictor(view_of(face), rect);

  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.points.size(); ++i) {
    const dlib::point& point = shape.part(i);
    // Pixel centres lie at integers in both pictures, pixel edges at halves.
    const double x = (static_cast<double>(point.x()) + 0.5) / scale_x - 0.5 + part.x;
    const double y = (static_cast<double>(point.y()) + 0.5) / scale_y - 0.5 + part.y;
    landmarks.points[i] = {static_cast<float>(x), static_cast<float>(y)};
  }
  return landmarks;
}

}  // namespace
}  // namespace robench

extern "C" robench::Detector* robench_make_dlib_hog(const std::filesystem::path&) {
  return new robench::DlibHog;
}
