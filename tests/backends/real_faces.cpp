// SPDX-License-Identifier: Apache-2.0
#include "tests/backends/real_faces.h"

#include <algorithm>
#include <cstdlib>

#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/opencv.h>
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/codec.h"

namespace robench::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> first_pictures(const fs::path& lfw, std::size_t count) {
  std::vector<fs::path> people;
  for (const auto& entry : fs::directory_iterator(lfw))
    if (entry.is_directory()) people.push_back(entry.path());
  std::sort(people.begin(), people.end());
  REQUIRE(people.size() >= count);
  std::vector<fs::path> pictures;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<fs::path> own;
    for (const auto& entry : fs::directory_iterator(people[i])) own.push_back(entry.path());
    pictures.push_back(*std::min_element(own.begin(), own.end()));
  }
  return pictures;
}

dlib::rectangle face_box(dlib::frontal_face_detector& detect,
                         const dlib::cv_image<dlib::bgr_pixel>& picture) {
  const std::vector<dlib::rectangle> boxes = detect(picture);
  if (!boxes.empty()) return boxes.front();
  const long side = picture.nc() * 4 / 10;
  return dlib::centered_rect(picture.nc() / 2, picture.nr() / 2, static_cast<unsigned long>(side),
                             static_cast<unsigned long>(side));
}

/// pixels: not written to; cv_image takes no const.
RealFace face_of(cv::Mat& pixels, dlib::frontal_face_detector& detect,
                 const dlib::shape_predictor& predict) {
  const dlib::cv_image<dlib::bgr_pixel> picture(pixels);
  const dlib::full_object_detection shape = predict(picture, face_box(detect, picture));
  Landmarks landmarks;
  for (unsigned long i = 0; i < shape.num_parts(); ++i)
    landmarks.points[i] =
        cv::Point2f(static_cast<float>(shape.part(i).x()), static_cast<float>(shape.part(i).y()));
  dlib::matrix<dlib::bgr_pixel> chip;
  dlib::extract_image_chip(picture, dlib::get_face_chip_details(shape, 150, 0.25), chip);
  return {Image(pixels.clone()), landmarks, Image(dlib::toMat(chip).clone())};
}

}  // namespace

std::optional<fs::path> test_data(const char* what_is_skipped) {
  const char* folder = std::getenv("ROBENCH_TEST_DATA");
  if (folder != nullptr && *folder != '\0') return fs::path(folder);
  MESSAGE("SKIPPED: " << std::string(what_is_skipped) << " (ROBENCH_TEST_DATA is not set)");
  return std::nullopt;
}

std::vector<RealFace> real_faces(const fs::path& data, std::size_t count, double enlarged) {
  dlib::frontal_face_detector detect = dlib::get_frontal_face_detector();
  dlib::shape_predictor predict;
  dlib::deserialize("/usr/share/dlib/shape_predictor_68_face_landmarks.dat") >> predict;
  std::vector<RealFace> faces;
  for (const fs::path& file : first_pictures(data / "faces" / "lfw_folds_1_5", count)) {
    const auto image = read_image(file);
    REQUIRE(std::holds_alternative<Image>(image));
    cv::Mat pixels;
    cv::resize(std::get<Image>(image).bgr(), pixels, {}, enlarged, enlarged, cv::INTER_CUBIC);
    faces.push_back(face_of(pixels, detect, predict));
  }
  return faces;
}

}  // namespace robench::test
