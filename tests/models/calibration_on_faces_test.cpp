// SPDX-License-Identifier: Apache-2.0
// Strengths solved on each picture, on photographs of real people.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <doctest/doctest.h>

#include "models/codec.h"
#include "models/face.h"
#include "perturb/calibration.h"
#include "perturb/condition.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFaces = 25;

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The most confident face of the first picture of people spread over the alphabet.
std::vector<FaceCrop> faces_of_lfw(const fs::path& lfw) {
  std::vector<fs::path> people = sorted(lfw);
  std::erase_if(people, [](const fs::path& path) { return !fs::is_directory(path); });
  REQUIRE(people.size() >= 2 * kFaces);
  const auto detector = make_detector("dlib_hog");
  std::vector<FaceCrop> faces;
  for (std::size_t i = 0; faces.size() < kFaces && i < people.size(); i += people.size() / 2 / kFaces) {
    const Image photograph = std::get<Image>(read_image(sorted(people[i]).front()));
    const std::vector<Face> found = detector->detect(photograph);
    if (found.empty()) continue;
    if (const auto crop = crop_face(photograph, found.front().landmarks)) faces.push_back(*crop);
  }
  return faces;
}

struct Calibrated {
  const char* perturbation;
  SetPoint set_point;
  double tolerance;  // what 1/256 of a severity is worth, with room for noise in the measure
};

/// How far a face ends from the set point; checks that this is what is reported.
double residual_on(const Calibrated& each, const FaceCrop& face, const std::string& sample) {
  Step step = step_at_severity(each.perturbation, 3);
  step.set_point = each.set_point;
  step.params.erase(step.spec().strength);
  const Perturbed result =
      PreparedCondition({{step}, Stage::crop}, 1).apply(face.pixels, face.frame, sample, 0);
  const double reached =
      similarity_at_face_scale(each.set_point.measure, face.pixels, result.image, face.frame);
  REQUIRE(result.calibration_residual.has_value());
  CHECK(*result.calibration_residual == doctest::Approx(reached - each.set_point.target).epsilon(1e-9));
  return *result.calibration_residual;
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("each of 25 people of LFW is brought to the set point") {
    const char* data = std::getenv("ROBENCH_TEST_DATA");
    if (data == nullptr || *data == '\0') {
      MESSAGE("SKIPPED: calibration on LFW (ROBENCH_TEST_DATA is not set)");
      return;
    }
    const std::vector<FaceCrop> faces = faces_of_lfw(fs::path(data) / "faces" / "lfw_folds_1_5");
    REQUIRE(faces.size() == kFaces);
    for (const Calibrated& each : {Calibrated{"contrast", {SimilarityMeasure::ssim, 0.8}, 0.01},
                                   Calibrated{"gaussian_blur", {SimilarityMeasure::ssim, 0.8}, 0.01},
                                   Calibrated{"gaussian_noise", {SimilarityMeasure::psnr, 22}, 0.1},
                                   Calibrated{"gamma", {SimilarityMeasure::psnr, 20}, 0.1},
                                   Calibrated{"low_light", {SimilarityMeasure::psnr, 15}, 0.1}}) {
      CAPTURE(each.perturbation);
      for (std::size_t i = 0; i < faces.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(residual_on(each, faces[i], std::to_string(i))) <= each.tolerance);
      }
    }
  }
}

}  // namespace robench
