// SPDX-License-Identifier: Apache-2.0
#include "models/tfjs_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

using Json = nlohmann::json;

[[noreturn]] void refuse_weights(const std::filesystem::path& file, const std::string& why) {
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
  Storage storage{.type = quantization.at("dtype").get<std::string>()};
  if (storage.type == "float16") return storage;  // halved, not scaled
  storage.scale = quantization.at("scale").get<double>();
  storage.min = quantization.at("min").get<double>();
  return storage;
}

/// Whole numbers (shapes, axes, paddings) are kept as floats, which hold them up to here.
constexpr double kMostInteger = 1 << 24;

/// `count` numbers of type Stored from the front of `bytes`, which moves on; false when too short.
template <typename Stored>
bool take(std::string_view& bytes, std::size_t count, const Storage& storage,
          std::vector<float>& values) {
  if (bytes.size() / sizeof(Stored) < count) return false;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    const auto number = static_cast<double>(static_cast<float>(stored));
    values.push_back(static_cast<float>(number * storage.scale + storage.min));
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
      refuse_weights(manifest, fmt::format("'{}' does not fit into the binary file", name));
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
  else if (storage.type == "float16")
    complete = take<cv::float16_t>(bytes, count, storage, array.values);
  else if (storage.type == "int32")
    complete = take<std::int32_t>(bytes, count, storage, array.values);
  else
    refuse_weights(manifest,
                   fmt::format("'{}' is stored as '{}', which is not supported", name, storage.type));
  if (storage.type == "int32" &&
      std::ranges::any_of(array.values, [](float value) { return std::abs(value) >= kMostInteger; }))
    refuse_weights(manifest, fmt::format("'{}' holds whole numbers of more than 24 bits", name));
  if (!complete) refuse_weights(manifest, fmt::format("the binary file ends within '{}'", name));
  return array;
}

}  // namespace

std::string file_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw EnvironmentError(fmt::format("cannot read '{}'", file.string()));
  return bytes;
}

TfjsWeights parse_tfjs_weights(const Json& manifest, std::string_view bytes,
                               const std::filesystem::path& file) {
  TfjsWeights weights;
  try {
    for (const Json& group : manifest)
      for (const Json& entry : group.at("weights"))
        weights[entry.at("name").get<std::string>()] = read_array(entry, bytes, file);
  } catch (const Json::exception& error) {
    refuse_weights(file, error.what());
  }
  if (!bytes.empty()) refuse_weights(file, "the binary file holds more than the manifest lists");
  return weights;
}

TfjsWeights read_tfjs_weights(const std::filesystem::path& manifest,
                              const std::filesystem::path& binary) {
  Json parsed;
  try {
    parsed = Json::parse(file_bytes(manifest));
  } catch (const Json::exception& error) {
    refuse_weights(manifest, error.what());
  }
  return parse_tfjs_weights(parsed, file_bytes(binary), manifest);
}

}  // namespace robench
