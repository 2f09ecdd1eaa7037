// SPDX-License-Identifier: Apache-2.0
// Draws the pictures of the documents from the generated head: `make pictures`.
// Each suite named becomes FOLDER/SUITE.jpg: every condition on one head, another head as the intruder.
#include <cstdio>
#include <filesystem>

#include <opencv2/imgproc.hpp>

#include "models/face.h"
#include "models/store.h"
#include "perturb/error.h"
#include "perturb/jpeg_codec.h"
#include "suites/preview.h"
#include "suites/suite.h"
#include "tests/support/generated_face.h"
#include "tests/support/generated_others.h"

namespace {

constexpr double kQuality = 82;  // of the pictures in the repository

robench::FaceCrop generated_crop() {
  robench::FaceRecipe recipe;
  recipe.subject = 14;
  recipe.size_px = 520;
  recipe.inter_eye_px = 80;
  const robench::GeneratedFace head = robench::render_face(recipe);
  auto crop = robench::crop_face(head.image, head.landmarks);
  ROBENCH_ASSERT(crop.has_value());
  return std::move(*crop);
}

/// At most as wide as a README shows it.
robench::Image narrowed(const robench::Image& sheet) {
  constexpr int kWidth = 1100;
  if (sheet.width() <= kWidth) return sheet;
  cv::Mat small;
  cv::resize(sheet.bgr(), small, {kWidth, kWidth * sheet.height() / sheet.width()}, 0, 0,
             cv::INTER_AREA);
  return robench::Image(small);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: docs_pictures FOLDER SUITE...\n", stderr);
    return 2;
  }
  const robench::GeneratedOthers others;
  robench::FaceCrop crop = generated_crop();
  crop.frame.others = &others;
  for (int i = 2; i < argc; ++i) {
    const std::filesystem::path file = robench::find_suite(argv[i]);
    const auto picture = std::filesystem::path(argv[1]) / (file.stem().string() + ".jpg");
    const robench::Image sheet =
        narrowed(robench::preview_sheet(robench::read_suite(file), crop, "generated head"));
    const auto jpeg = robench::encode_jpeg(sheet, {kQuality, robench::ChromaSubsampling::s420});
    robench::write_file_atomically(picture, {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
  }
  return 0;
}
