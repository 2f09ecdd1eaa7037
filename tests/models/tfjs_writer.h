// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/digest.h"
#include "models/model_card.h"
#include "perturb/random_stream.h"
#include "tests/models/scratch_folder.h"

namespace robench::test {

/// Makes the files of small graph models.
class TfjsWriter {
 public:
  using Json = nlohmann::json;

  explicit TfjsWriter(std::int64_t height, std::int64_t width) {
    const auto dim = [](std::int64_t size) { return Json{{"size", std::to_string(size)}}; };
    nodes_.push_back(
        {{"name", "input"},
         {"op", "Placeholder"},
         {"attr", {{"shape", {{"shape", {{"dim", {dim(-1), dim(height), dim(width), dim(3)}}}}}}}}});
  }

  /// The bytes as they are in the file.
  TfjsWriter& stored(const std::string& name, const std::vector<std::int64_t>& shape,
                     const std::string& bytes, const Json& how) {
    Json entry{{"name", name}, {"shape", shape}, {"dtype", "float32"}};
    if (how.is_object()) entry.update(how);
    weights_.push_back(entry);
    bytes_ += bytes;
    nodes_.push_back({{"name", name}, {"op", "Const"}});
    return *this;
  }

  TfjsWriter& constant(const std::string& name, const std::vector<std::int64_t>& shape,
                       const std::vector<float>& values) {
    return stored(name, shape, {reinterpret_cast<const char*>(values.data()), values.size() * 4}, {});
  }

  /// Numbers between -1 and 1, the same for the same name.
  TfjsWriter& random(const std::string& name, const std::vector<std::int64_t>& shape, float low = -1) {
    std::size_t count = 1;
    for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
    const RandomStream stream(1, "tfjs", name, "", 0);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i)
      values.push_back(low + (1 - low) * static_cast<float>(stream.uniform(i)));
    return constant(name, shape, values);
  }

  TfjsWriter& integers(const std::string& name, const std::vector<std::int64_t>& shape,
                       const std::vector<std::int32_t>& values) {
    return stored(name, shape, {reinterpret_cast<const char*>(values.data()), values.size() * 4},
                  {{"dtype", "int32"}});
  }

  TfjsWriter& node(const std::string& op, const std::string& name,
                   const std::vector<std::string>& inputs, const Json& attributes = Json::object()) {
    nodes_.push_back({{"name", name}, {"op", op}, {"input", inputs}, {"attr", attributes}});
    return *this;
  }

  [[nodiscard]] std::string json() const {
    const Json topology{{"node", nodes_}};
    const Json group{{"weights", weights_}, {"paths", {"model.bin"}}};
    return Json{{"format", "graph-model"}, {"modelTopology", topology}, {"weightsManifest", {group}}}
        .dump();
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  /// model.json and model.bin in the folder.
  [[nodiscard]] std::vector<std::filesystem::path> write(const ScratchFolder& folder) const {
    return {folder.write("model.json", json()), folder.write("model.bin", bytes_)};
  }

  // Attributes as TensorFlow.js writes them: texts in base64, integers as texts.
  static Json same() { return {{"s", "U0FNRQ=="}}; }
  static Json valid() { return {{"s", "VkFMSUQ="}}; }
  static Json list(const std::vector<int>& values) {
    Json texts = Json::array();
    for (const int value : values) texts.push_back(std::to_string(value));
    return {{"list", {{"i", texts}}}};
  }
  static Json fused(const std::vector<std::string>& base64) { return {{"list", {{"s", base64}}}}; }

 private:
  Json nodes_ = Json::array();
  Json weights_ = Json::array();
  std::string bytes_;
};

/// A card for such files.
inline ModelCard tfjs_card(const std::vector<std::filesystem::path>& files, int height, int width,
                           int dim) {
  ModelCard card;
  card.name = "tiny";
  card.backend = "tfjs";
  for (const auto& file : files) card.local_files.push_back({file, sha256_of_file(file)});
  card.align.height = height;
  card.align.width = width;
  card.mean = {127, 127, 127};
  card.scale = {1.0 / 64, 1.0 / 64, 1.0 / 64};
  card.dim = dim;
  return card;
}

}  // namespace robench::test
