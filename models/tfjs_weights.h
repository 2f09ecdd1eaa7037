// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace robench {

/// A named array of a TensorFlow.js weight file, in its own order of dimensions; no shape = one number.
struct TfjsArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};
using TfjsWeights = std::map<std::string, TfjsArray>;

/// Reads a weights manifest and the binary file that belongs to it: float32, float16, or uint8 and
/// uint16 with a scale and a minimum (value = stored * scale + min), and int32 of up to 24 bits. Throws
/// EnvironmentError, which names the array, when they do not fit together.
[[nodiscard]] TfjsWeights read_tfjs_weights(const std::filesystem::path& manifest,
                                            const std::filesystem::path& binary);

/// The same of a manifest that is parsed already: the list of groups. `bytes`: its binary files in their
/// order, one after the other. `file` is named in errors.
[[nodiscard]] TfjsWeights parse_tfjs_weights(const nlohmann::json& manifest, std::string_view bytes,
                                             const std::filesystem::path& file);

/// The whole of a file. Throws EnvironmentError when it cannot be read.
[[nodiscard]] std::string file_bytes(const std::filesystem::path& file);

}  // namespace robench
