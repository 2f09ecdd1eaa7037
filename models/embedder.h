// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/embedding_table.h"
#include "models/face.h"
#include "models/model_card.h"

namespace robench {

/// A loaded model. One instance per thread: embed() may be called from one thread at a time, and
/// uses no further threads itself.
class Embedder {
 public:
  virtual ~Embedder() = default;
  /// chips: of the template's size. Returns chips.size() x dim raw vectors. Deterministic; the
  /// result of a chip may differ in the last bits between batches of different size.
  [[nodiscard]] virtual EmbeddingMatrix embed(std::span<const Image> chips) = 0;
};

/// Loads the card's backend module on first use, checks the file's hash, loads the weights; what it
/// returns applies the card's `output` too (models/averaging.h).
/// Throws EnvironmentError: file missing (the hint names `robench models fetch`), hash differs,
/// backend not built; ConfigError: unknown backend.
[[nodiscard]] std::unique_ptr<Embedder> load_embedder(const ModelCard& card);

/// Hash of the weights that `load_embedder` would use; part of every cell's key.
/// Throws EnvironmentError when the file is missing or differs from the card.
[[nodiscard]] std::string model_hash(const ModelCard& card);

/// Similarity transform that brings the face into the card's template. Points in pixels.
/// five: least squares over the five points (Umeyama 1991); dlib_chip: over dlib's inner points.
[[nodiscard]] cv::Matx23d chip_from_face(const Template& align, const Landmarks& landmarks);

/// The model's input picture: `pixels` warped into the template; prefiltered when it shrinks.
/// `landmarks` in pixels of `pixels`.
[[nodiscard]] Image align_chip(const Image& pixels, const Landmarks& landmarks, const Template& align);

/// Chips as one float tensor, N x 3 x H x W, in the card's channel order, mean and scale applied.
[[nodiscard]] std::vector<float> to_tensor(std::span<const Image> chips, const ModelCard& card);

/// Similarity score of two raw vectors by the card's comparison (larger = closer).
[[nodiscard]] double similarity(Comparison comparison, const float* a, const float* b, int dim);

}  // namespace robench
