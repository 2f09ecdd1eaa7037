// SPDX-License-Identifier: Apache-2.0
// The store's keys hold a hand-kept version of the pixel pipeline. Here the version is tied to the
// pixels.
#include "models/pixel_pipeline.h"

#include <doctest/doctest.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "models/face.h"
#include "tests/support/pinned_head.h"

namespace robench {
namespace {

std::string hash_of(const Image& image) {
  const cv::Mat pixels = image.bgr().isContinuous() ? image.bgr() : image.bgr().clone();
  return sha256(std::span(pixels.ptr(), pixels.total() * pixels.elemSize()));
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
// Crops resampled as for the severities of ImageNet-C, downwards and upwards.
struct ResampledPin {
  double enlarged;
  int side_px;
  const char* sha256;
};
constexpr ResampledPin kResampledPins[] = {
    {1, 224, "6dce484ed6cd42b7292857a6dc1e983a7aca03288ceb1334f592afd34ef52036"},
    {5, 224, "f29c40b85e55dd536bbfe34f702abd3604b0f736d686d849a76902c7bd0dc0f7"},
    {1, 400, "6b8a4d067f65cae59dabab6926a930b5e875be16aeff28bf8fbd50fbf2a066f1"},
};

TEST_SUITE("models") {
  TEST_CASE("pixel pipeline: a change of pixels raises kPixelPipelineVersion") {
    if (!renders_pinned_heads(hash_of)) return;
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
    for (const ResampledPin& pin : kResampledPins) {
      CAPTURE(pin.enlarged);
      CAPTURE(pin.side_px);
      const GeneratedFace head = pinned_head(pin.enlarged);
      const auto crop = crop_face(head.image, head.landmarks);
      REQUIRE(crop);
      const std::string found = hash_of(resampled(*crop, pin.side_px).pixels);
      if (found != pin.sha256) {
        FAIL_CHECK("the resampled crop has other pixels ("
                   << found
                   << "). If that is meant: raise kPixelPipelineVersion in models/pixel_pipeline.h and "
                      "record the hashes here under the new version");
      }
    }
    INFO("kPixelPipelineVersion was raised: record the hashes of this file under the new version");
    CHECK(kPixelPipelineVersion == kPinnedVersion);
  }
}

}  // namespace
}  // namespace robench
