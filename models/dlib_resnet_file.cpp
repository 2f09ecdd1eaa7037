// SPDX-License-Identifier: Apache-2.0
#include "models/dlib_resnet_file.h"

#include "models/module.h"

namespace robench {

std::unique_ptr<DlibResnetFile> open_dlib_resnet(const std::filesystem::path& dat) {
  using Open = DlibResnetFile* (*)(const std::filesystem::path&);
  static const auto open = reinterpret_cast<Open>(module_symbol("dlib_dnn", "robench_open_dlib_resnet"));
  return std::unique_ptr<DlibResnetFile>(open(dat));
}

}  // namespace robench
