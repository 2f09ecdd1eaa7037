// SPDX-License-Identifier: Apache-2.0
#include "models/tfjs_weights.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw EnvironmentError(fmt::format("cannot read the weights of '{}': {}", file.string(), why));
}

/// How the numbers of an array are stored.
struct Storage {
  std::string type;
  double scale = 1;
  double min = 0;
};

Storage storage_of(const Json& entry) {
  if (!entry.contains("quantization")) return {.type = entry.at("dtype").get<std::string>()};
  const Json& quantization = entry.at("quantization");
  return {.type = quantization.at("dtype").get<std::string>(),
          .scale = quantization.at("scale").get<double>(),
          .min = quantization.at("min").get<double>()};
}

/// `count` numbers of type Stored from the front of `bytes`, which moves on; false when too short.
template <typename Stored>
bool take(std::string_view& bytes, std::size_t count, const Storage& storage,
          std::vector<float>& values) {
  if (bytes.size() / sizeof(Stored) < count) return false;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values.push_back(static_cast<float>(static_cast<double>(stored) * storage.scale + storage.min));
  }
  bytes.remove_prefix(count * sizeof(Stored));
  return true;
}

TfjsArray read_array(const Json& entry, std::string_view& bytes, const std::filesystem::path& manifest) {
  const auto name = entry.at("name").get<std::string>();
  TfjsArray array;
  array.shape = entry.at("shape").get<std::vector<std::int64_t>>();
  std::size_t count = 1;
  for (const std::int64_t side : array.shape) {
    // No array can have more numbers than the file has bytes.
    if (side <= 0 || static_cast<std::size_t>(side) > bytes.size() / count)
      refuse(manifest, fmt::format("'{}' does not fit into the binary file", name));
    count *= static_cast<std::size_t>(side);
  }
  const Storage storage = storage_of(entry);
  bool complete = false;
  if (storage.type == "float32")
    complete = take<float>(bytes, count, storage, array.values);
  else if (storage.type == "uint8")
    complete = take<std::uint8_t>(bytes, count, storage, array.values);
  else if (storage.type == "uint16")
    complete = take<std::uint16_t>(bytes, count, storage, array.values);
  else
    refuse(manifest, fmt::format("'{}' is stored as '{}', which is not supported", name, storage.type));
  if (!complete) refuse(manifest, fmt::format("the binary file ends within '{}'", name));
  return array;
}

}  // namespace

TfjsWeights read_tfjs_weights(const std::filesystem::path& manifest,
                              const std::filesystem::path& binary) {
  std::ifstream binary_stream(binary, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(binary_stream), {}};
  std::ifstream manifest_stream(manifest);
  if (!binary_stream || !manifest_stream) refuse(manifest, "a file is missing");
  std::string_view bytes = content;
  TfjsWeights weights;
  try {
    for (const Json& group : Json::parse(manifest_stream))
      for (const Json& entry : group.at("weights"))
        weights[entry.at("name").get<std::string>()] = read_array(entry, bytes, manifest);
  } catch (const Json::exception& error) {
    refuse(manifest, error.what());
  }
  if (!bytes.empty()) refuse(manifest, "the binary file holds more than the manifest lists");
  return weights;
}

}  // namespace robench
