// SPDX-License-Identifier: Apache-2.0
// Occlusions on real landmarks: those that dlib finds in LFW.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "models/codec.h"
#include "models/face.h"
#include "tests/support/covered_share.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> every_picture(const fs::path& folder, std::size_t step) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (has_image_extension(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<fs::path> some;
  for (std::size_t i = 0; i < files.size(); i += step) some.push_back(files[i]);
  return some;
}

}  // namespace

TEST_SUITE_BEGIN("models");

TEST_CASE("on faces of LFW, what is to cover a share covers it within two percentage points") {
  const char* root = std::getenv("ROBENCH_TEST_DATA");
  if (root == nullptr) {
    MESSAGE("SKIPPED: lfw_folds_1_5 (ROBENCH_TEST_DATA is not set)");
    return;
  }
  const auto detector = make_detector("dlib_hog");
  int faces = 0;
  for (const fs::path& file : every_picture(fs::path(root) / "faces" / "lfw_folds_1_5", 150)) {
    const Image photograph = std::get<Image>(read_image(file));
    for (const Face& face : detector->detect(photograph)) {
      CAPTURE(file.filename().string());
      CHECK(worst_covered_share_miss(photograph, face.landmarks, file.filename().string(), 1) <= 0.02);
      ++faces;
    }
  }
  MESSAGE(faces << " faces");
  CHECK(faces > 10);
}

TEST_SUITE_END();

}  // namespace robench
