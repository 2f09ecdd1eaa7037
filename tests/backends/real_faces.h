// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "models/model_card.h"
#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench::test {

/// A real face as dlib sees it: its landmarks, and the chip that dlib's own code cuts out.
struct RealFace {
  Image photograph;
  Landmarks landmarks;
  Image dlib_chip;  // 150 x 150, padding 0.25
};

/// $ROBENCH_TEST_DATA; nullopt (and a message that something is skipped) when it is not set.
[[nodiscard]] std::optional<std::filesystem::path> test_data(const char* what_is_skipped);

/// The first picture of each of the first `count` people of LFW folds 1-5, found by dlib's HOG
/// detector, or in a box in the middle. `enlarged`: the photograph is made larger by this factor first.
[[nodiscard]] std::vector<RealFace> real_faces(const std::filesystem::path& data, std::size_t count,
                                               double enlarged = 1);

}  // namespace robench::test
