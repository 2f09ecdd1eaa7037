// SPDX-License-Identifier: Apache-2.0
#include "tests/backends/dlib_network.h"

#include <fstream>

#include <nlohmann/json.hpp>

namespace robench::test {

void DlibNetwork::write_tfjs(const std::filesystem::path& manifest,
                             const std::filesystem::path& binary) {
  std::ofstream bytes(binary, std::ios::binary);
  auto list = nlohmann::json::array();
  for (const auto& [name, array] : file_->weights()) {
    list.push_back({{"name", name}, {"shape", array.shape}, {"dtype", "float32"}});
    bytes.write(reinterpret_cast<const char*>(array.values.data()),
                static_cast<std::streamsize>(array.values.size() * sizeof(float)));
  }
  std::ofstream(manifest) << nlohmann::json::array({{{"weights", list}, {"paths", {"weights.bin"}}}});
}

}  // namespace robench::test
