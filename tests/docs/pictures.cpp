// SPDX-License-Identifier: Apache-2.0
// Draws the pictures of the documents from the generated head: `make pictures`.
#include <cstdio>
#include <filesystem>

#include "models/codec.h"
#include "models/face.h"
#include "perturb/error.h"
#include "suites/preview.h"
#include "suites/suite.h"
#include "tests/support/generated_face.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: docs_pictures FOLDER\n", stderr);
    return 2;
  }
  robench::FaceRecipe recipe;
  recipe.subject = 14;
  recipe.size_px = 520;
  recipe.inter_eye_px = 80;
  const robench::GeneratedFace head = robench::render_face(recipe);
  const auto crop = robench::crop_face(head.image, head.landmarks);
  ROBENCH_ASSERT(crop.has_value());
  const robench::Suite suite = robench::read_suite(robench::find_suite("lighting.yaml"));
  robench::write_image(std::filesystem::path(argv[1]) / "lighting.png",
                       robench::preview_sheet(suite, *crop, "generated head"));
  return 0;
}
