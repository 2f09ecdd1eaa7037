// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "models/dlib_resnet_file.h"

namespace robench::test {

/// dlib's own face recognition network with dlib's own float weights: the reference for ours.
class DlibNetwork {
 public:
  explicit DlibNetwork(const std::filesystem::path& dat) : file_(open_dlib_resnet(dat)) {}

  /// Its weights as a TFJS manifest and a binary file of float32, as the face-api package names them.
  void write_tfjs(const std::filesystem::path& manifest, const std::filesystem::path& binary);

 private:
  std::unique_ptr<DlibResnetFile> file_;
};

}  // namespace robench::test
