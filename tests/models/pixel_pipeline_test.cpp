// SPDX-License-Identifier: Apache-2.0
// The store's keys hold a hand-kept version of the pixel pipeline. Here the version is tied to the
// pixels.
#include "models/pixel_pipeline.h"

#include <doctest/doctest.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "models/face.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

std::string hash_of(const Image& image) {
  const cv::Mat pixels = image.bgr().isContinuous() ? image.bgr() : image.bgr().clone();
  return sha256(std::span(pixels.ptr(), pixels.total() * pixels.elemSize()));
}

/// The head of the pins: tilted, so that the crop is warped; `enlarged` 5 is shrunk before the warp.
GeneratedFace pinned_head(double enlarged) {
  FaceRecipe recipe;
  recipe.subject = 7;
  recipe.roll_deg = 9;
  recipe.size_px = static_cast<int>(320 * enlarged);
  recipe.inter_eye_px = 60 * enlarged;
  return render_face(recipe);
}

struct Pin {
  const char* card;  // each kind of template: dlib_chip, five
  double enlarged;
  const char* sha256;
};

// Recorded at version 1.
constexpr std::string_view kPinnedVersion = "1";
constexpr Pin kPins[] = {
    {"dlib_resnet", 1, "1e12122af85f00d2e49891f8a66523bd1b1eeb90dc45c2a9be7dfc36fb627ebb"},
    {"dlib_resnet", 5, "15280d68fa2fd709f9999d320e5bfb82ea157c85f9b5ce3a9cb419098aecdfdd"},
    {"faceplugin", 1, "d85acc7ea1faf5c0a7642d7d2d8130898c5ea2acbb1fd093248538d7832c6b35"},
    {"faceplugin", 5, "66a8543ac0a8d4296fa218d106f25f9a281885e9e932f69dc24da6610d213346"},
};
constexpr Pin kHeads[] = {
    {"the generated head", 1, "4fb83d6830886734a2a6a63cc23b867cd12f1e66c16c5dbc9a1984e3a34df1e0"},
    {"the generated head", 5, "267f9c1bbd6c86df0e26b388adea254791169e9918245bbb3b75ff2833c89a25"},
};

TEST_SUITE("models") {
  TEST_CASE("pixel pipeline: a change of pixels raises kPixelPipelineVersion") {
    for (const Pin& head : kHeads) {
      CAPTURE(head.enlarged);
      const std::string found = hash_of(pinned_head(head.enlarged).image);
      if (found != head.sha256) {
        // Another C library or processor may round a shade otherwise, and then nothing is pinned here.
        MESSAGE("skipped: this machine renders another head (", found,
                "). Where the renderer was changed, "
                "record all hashes of this file anew from a commit whose crop_face and align_chip are "
                "unchanged");
        return;
      }
    }
    for (const Pin& pin : kPins) {
      CAPTURE(pin.card);
      CAPTURE(pin.enlarged);
      const GeneratedFace head = pinned_head(pin.enlarged);
      const auto crop = crop_face(head.image, head.landmarks);
      REQUIRE(crop);
      const Image chip =
          align_chip(crop->pixels, crop->frame.landmarks, find_model_card(pin.card).align);
      const std::string found = hash_of(chip);
      if (found != pin.sha256) {
        FAIL_CHECK(
            "the aligned chip has other pixels ("
            << found
            << "). If that is meant: raise "
               "kPixelPipelineVersion in models/pixel_pipeline.h, or stored embeddings of the old "
               "pixels are taken for new ones, and record the hashes here under the new version");
      }
    }
    INFO("kPixelPipelineVersion was raised: record the hashes of this file under the new version");
    CHECK(kPixelPipelineVersion == kPinnedVersion);
  }
}

}  // namespace
}  // namespace robench
