// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/image.h"
#include "perturb/landmarks.h"
#include "perturb/random_stream.h"

namespace robench {

/// A face of somebody else, with surroundings.
struct OtherFace {
  Image picture;
  Landmarks landmarks;  // in pixels of `picture`
};

/// The faces that may be put into one sample's picture: those of other subjects in the same data.
class OtherFaces {
 public:
  virtual ~OtherFaces() = default;
  /// One of them, chosen by the stream alone: equal streams give equal faces. A perturbation that draws
  /// several draws the foremost last; that one counts as the intruder.
  [[nodiscard]] virtual OtherFace draw(const RandomStream& stream) const = 0;
};

}  // namespace robench
