// SPDX-License-Identifier: Apache-2.0
// From the network's vectors to the vector of a face, as the card's `output` says.
#pragma once

#include <cstdint>
#include <memory>

#include "models/embedder.h"

namespace robench {

/// Forward passes that one face costs: 2 with a flip, `jitter` with jitter, else 1.
[[nodiscard]] std::int64_t passes_per_face(const ModelCard& card);

/// `model` with flip, jitter, normalisation and one-at-a-time batches of the card around it; `model`
/// itself where the card asks for none of these.
[[nodiscard]] std::unique_ptr<Embedder> averaged(std::unique_ptr<Embedder> model, const ModelCard& card);

/// The mirror image, left and right exchanged.
[[nodiscard]] Image mirrored(const Image& chip);

/// Jittered chip number `number`, from 0: turned by up to 3 degrees, moved by up to 2 % and enlarged by
/// 1 to 4 % as dlib's jitter_image() does (dlib 19.24, dlib/image_transforms/interpolation.h), every
/// second one mirrored; black beyond the border. The numbers are drawn once for all chips and models, so
/// that the vector of a face depends on nothing but its chip.
[[nodiscard]] Image jittered(const Image& chip, int number);

}  // namespace robench
