// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "models/embedding_table.h"
#include "perturb/image.h"

namespace robench::test {

/// dlib's own face recognition network with dlib's own float weights: the reference for ours.
class DlibNetwork {
 public:
  explicit DlibNetwork(const std::filesystem::path& dat);
  ~DlibNetwork();

  /// chips: 150 x 150. One row of 128 numbers each.
  [[nodiscard]] EmbeddingMatrix embed(const std::vector<Image>& chips);

  /// Its weights as a TFJS manifest and a binary file of float32, as the face-api package names them.
  void write_tfjs(const std::filesystem::path& manifest, const std::filesystem::path& binary);

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace robench::test
