// SPDX-License-Identifier: Apache-2.0
#include "models/script_file.h"

#include "models/module.h"

namespace robench {

void save_tfjs_script(const TfjsGraph& part, const std::filesystem::path& file) {
  using Save = void (*)(const TfjsGraph&, const std::filesystem::path&);
  static const auto save = reinterpret_cast<Save>(module_symbol("torch", "robench_save_tfjs"));
  save(part, file);
}

void save_dlib_resnet_script(const TfjsWeights& weights, const std::filesystem::path& file) {
  using Save = void (*)(const TfjsWeights&, const std::filesystem::path&);
  static const auto save = reinterpret_cast<Save>(module_symbol("torch", "robench_save_dlib_resnet"));
  save(weights, file);
}

}  // namespace robench
