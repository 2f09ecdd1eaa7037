// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/other_faces.h"
#include "tests/support/generated_face.h"

namespace robench {

/// Four generated people, none of them subject 1, for perturbations that need somebody else's face.
class GeneratedOthers : public OtherFaces {
 public:
  [[nodiscard]] OtherFace draw(const RandomStream& stream) const override {
    FaceRecipe recipe;
    recipe.subject = 2 + stream.block(0)[0] % 4;
    const GeneratedFace face = render_face(recipe);
    return {face.image, face.landmarks};
  }
};

}  // namespace robench
