// SPDX-License-Identifier: Apache-2.0
// dlib_face_recognition_resnet_model_v1.dat, as dlib's author publishes it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "models/embedding_table.h"
#include "models/tfjs_weights.h"
#include "perturb/image.h"

namespace robench {

/// dlib's face recognition network in dlib itself: its weights, and what dlib makes of them.
class DlibResnetFile {
 public:
  virtual ~DlibResnetFile() = default;
  /// The weights by the names and in the order of dimensions that the face-api package gives them.
  [[nodiscard]] virtual TfjsWeights weights() = 0;
  /// dlib's own vectors: one row of 128 numbers for each chip of 150 x 150 pixels.
  [[nodiscard]] virtual EmbeddingMatrix embed(std::span<const Image> chips) = 0;
};

/// Loads the module `dlib_dnn` on first use. Throws EnvironmentError when the file is missing, holds
/// another network, or robench was built without dlib.
[[nodiscard]] std::unique_ptr<DlibResnetFile> open_dlib_resnet(const std::filesystem::path& dat);

}  // namespace robench
