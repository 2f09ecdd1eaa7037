// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace robench {

/// A named array of a TensorFlow.js weight file, in its own order of dimensions.
struct TfjsArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};
using TfjsWeights = std::map<std::string, TfjsArray>;

/// Reads a weights manifest and the binary file that belongs to it: float32, or uint8 and uint16 with
/// a scale and a minimum (value = stored * scale + min).
/// Throws EnvironmentError, which names the array, when they do not fit together.
[[nodiscard]] TfjsWeights read_tfjs_weights(const std::filesystem::path& manifest,
                                            const std::filesystem::path& binary);

}  // namespace robench
