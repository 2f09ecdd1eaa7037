// SPDX-License-Identifier: Apache-2.0
#include "models/perturbation_ensemble.h"

#include <set>

#include <doctest/doctest.h>

#include "models/embedder.h"
#include "tests/support/generated_face.h"

namespace robench {

TEST_SUITE("models") {
  TEST_CASE("perturbation ensemble: at most twelve different chips, equal for equal pictures") {
    const PerturbationEnsemble ensemble;
    CHECK(ensemble.size() >= 10);
    CHECK(ensemble.size() <= kMostMembers);
    const auto labels = ensemble.labels();
    CHECK(std::set(labels.begin(), labels.end()).size() == ensemble.size());
    const GeneratedFace face = render_face({});
    const auto crop = crop_face(face.image, face.landmarks);
    REQUIRE(crop.has_value());
    const Template align = find_model_card("null_model").align;
    const auto chips = ensemble.chips(*crop, align);
    const auto again = PerturbationEnsemble().chips(*crop, align);
    REQUIRE(chips.size() == ensemble.size());
    const Image clean = align_chip(crop->pixels, crop->frame.landmarks, align);
    for (std::size_t i = 0; i < chips.size(); ++i) {
      INFO(labels[i]);
      CHECK(chips[i] == again[i]);
      CHECK_FALSE(chips[i] == clean);
      CHECK(chips[i].width() == align.width);
    }
  }
}

}  // namespace robench
