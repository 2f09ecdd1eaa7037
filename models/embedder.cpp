// SPDX-License-Identifier: Apache-2.0
#include "models/embedder.h"

#include <fmt/format.h>

#include "models/averaging.h"
#include "models/backend.h"
#include "models/brought_weights.h"
#include "models/digest.h"
#include "models/module.h"
#include "perturb/error.h"

// Of the backends that are part of this library.
extern "C" robench::Embedder* robench_make_null_model(const robench::ModelCard& card,
                                                      const std::vector<std::filesystem::path>& weights);
extern "C" robench::Embedder* robench_make_external(const robench::ModelCard& card,
                                                    const std::vector<std::filesystem::path>& weights);

namespace robench {
namespace {

namespace fs = std::filesystem;

/// The hash that the card pins for its weight file number `index`.
const std::string& pinned_hash(const ModelCard& card, std::size_t index) {
  return card.files.empty() ? card.local_files[index].sha256 : card.files[index].sha256;
}

/// The weights' paths, each file there and with the pinned hash.
std::vector<fs::path> checked_weights(const ModelCard& card) {
  const std::vector<fs::path> paths = weight_paths(card);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::string hint = card.files.empty()
                           ? "put it there, or change the card's `weights`"
                           : fmt::format("`robench models fetch {}` brings it", card.name);
    if (!card.download.empty()) hint = how_to_bring(card);
    if (!fs::exists(paths[i]))
      throw EnvironmentError(fmt::format("model '{}': no file '{}'", card.name, paths[i].string()),
                             hint);
    const std::string found = remembered_sha256_of_file(paths[i]);
    if (!pinned_hash(card, i).empty() && found != pinned_hash(card, i))
      throw EnvironmentError(
          fmt::format("model '{}': '{}' is not the file that the card pins: sha256 is {}, expected {}",
                      card.name, paths[i].string(), found, pinned_hash(card, i)),
          card.files.empty() ? "if the file is right, write its hash into the card" : hint);
  }
  return paths;
}

const Backend& known_backend(const ModelCard& card) {
  if (const Backend* backend = find_backend(card.backend)) return *backend;
  throw ConfigError(fmt::format("model '{}': unknown backend '{}'", card.name, card.backend),
                    suggestion(card.backend, backend_names()));
}

MakeEmbedder factory(const Backend& backend) {
  if (backend.name == "null_model") return &robench_make_null_model;
  if (backend.name == "external") return &robench_make_external;
  return reinterpret_cast<MakeEmbedder>(module_symbol(backend.module, "robench_make_" + backend.name));
}

}  // namespace

const std::vector<Backend>& backends() {
  static const std::vector<Backend> all = {
      {.name = "dlib_resnet",
       .module = "torch",
       .weights = "the TFJS manifest (.json), then its .bin",
       .version = 2},
      {.name = "external",
       .module = "",
       .weights = "the files that the vectors depend on, such as a script and weights",
       .needs_weights = false},
      {.name = "null_model", .module = "", .weights = ""},
      {.name = "onnx", .module = "dnn", .weights = "one .onnx file", .version = 2},
      {.name = "tfjs",
       .module = "torch",
       .weights = "model.json, then its binary files in the order of its manifest",
       .version = 2},
      {.name = "torchscript",
       .module = "torch",
       .weights = "one TorchScript archive (.pt)",
       .version = 2},
  };
  return all;
}

const Backend* find_backend(std::string_view name) {
  for (const Backend& backend : backends())
    if (backend.name == name) return &backend;
  return nullptr;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const Backend& backend : backends()) names.push_back(backend.name);
  return names;
}

std::unique_ptr<Embedder> load_embedder(const ModelCard& card) {
  const Backend& backend = known_backend(card);
  const std::vector<fs::path> weights = checked_weights(card);
  return averaged(std::unique_ptr<Embedder>(factory(backend)(card, weights)), card);
}

std::string model_hash(const ModelCard& card) {
  const Backend& backend = known_backend(card);
  KeyBuilder key;
  key.add("backend", backend.name).add("version", std::to_string(backend.version));
  for (const fs::path& path : checked_weights(card)) key.add("weights", remembered_sha256_of_file(path));
  return key.digest();
}

double similarity(Comparison comparison, const float* a, const float* b, int dim) {
  const Eigen::Map<const Eigen::VectorXf> va(a, dim);
  const Eigen::Map<const Eigen::VectorXf> vb(b, dim);
  if (comparison == Comparison::euclidean) return -(va.cast<double>() - vb.cast<double>()).norm();
  const double lengths = va.cast<double>().norm() * vb.cast<double>().norm();
  return lengths > 0 ? va.cast<double>().dot(vb.cast<double>()) / lengths : 0;
}

}  // namespace robench
