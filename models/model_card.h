// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace robench {

enum class ChannelOrder { bgr, rgb };
/// How two embeddings are compared. Scores are similarities (larger = closer): the cosine, or the
/// negated Euclidean distance of the raw vectors.
enum class Comparison { cosine, euclidean };
[[nodiscard]] std::string_view to_string(Comparison comparison);

/// What is added to the vector of a chip. sum: the vector of its mirror image, both as the network gives
/// them (InsightFace's verification.py does so, then divides by the length); sum_normalised: each
/// divided by its length first, so that both count alike.
enum class Flip { none, sum, sum_normalised };
/// What is done to the vector at the very end. l2: divided by its length.
enum class Normalise { none, l2 };
[[nodiscard]] std::string_view to_string(ChannelOrder order);
[[nodiscard]] std::string_view to_string(Flip flip);
[[nodiscard]] std::string_view to_string(Normalise normalise);

/// Where a file comes from: one file of an npm package, pinned by version and by hash.
struct PackageFile {
  std::string package;    // "@vladmandic/face-api"
  std::string version;    // "1.7.15"
  std::string integrity;  // npm's "sha512-..." of the tarball
  std::string path;       // inside of the package: "model/face_recognition_model.bin"
  std::string sha256;     // of this file
  std::string licence;
};

/// A file of the user, pinned by hash.
struct LocalFile {
  std::filesystem::path path;  // absolute, or relative to the working folder
  std::string sha256;
};

/// The most jittered chips that may be averaged: dlib's own examples use 100.
inline constexpr int kMostJitters = 1000;

/// Points of the face and where they must lie in the model's input, in pixels of the input; the
/// centre of the top-left pixel is (0, 0).
struct Template {
  std::string points;  // "five" (eyes, nose tip, mouth corners), or "dlib_chip" (dlib's mean shape)
  int width = 0;
  int height = 0;
  std::array<cv::Point2d, 5> five{};  // when points == "five"
  double padding = 0;                 // when points == "dlib_chip"; share of the face on each side
};

/// Everything that is needed to get a published number out of a model file.
/// models/cards/NAME.yaml; grammar in models/README.md.
struct ModelCard {
  std::string name;
  std::string summary;
  std::string backend;  // null_model, torchscript, dlib_resnet, onnx, external
  // Backend external, one of the two: a command with the words {list} and {out}, or the folder through
  // which chips and vectors are exchanged.
  std::vector<std::string> command;
  std::filesystem::path exchange;
  std::filesystem::path folder;  // of the card
  // The weights, in the order that the backend expects: of the zoo, or of the user; at most one of
  // the two is filled, and none for a model without weights.
  std::vector<PackageFile> files;
  std::vector<LocalFile> local_files;
  std::string download;  // where the user gets local_files: not shipped, not fetched; "" = own files
  std::string output;    // name of the output blob; "" = the only one
  Template align;
  ChannelOrder channels = ChannelOrder::bgr;
  std::array<double, 3> mean{};            // in the order of `channels`, pixel values 0..255
  std::array<double, 3> scale{{1, 1, 1}};  // input = (pixel - mean) * scale
  int dim = 0;
  int batch = 32;
  Flip flip = Flip::none;
  int jitter = 0;  // mean vector of so many jittered chips, as in dlib; 0 = of the chip itself
  Normalise normalise = Normalise::none;
  bool batch_invariant =
      true;  // false: the network mixes the faces of a batch, so it gets one at a time
  Comparison comparison = Comparison::cosine;
  std::optional<double> threshold;  // accept threshold, as a similarity score
  std::string threshold_source;     // who published it; "own: ..." where we measured it
  std::string licence;
  std::string source;                   // address or paper
  std::optional<double> published_lfw;  // accuracy in 0..1
  std::string published_lfw_source;
  std::string text_sha256;  // of the card's text
};

/// Reads a card. Throws ConfigError with file:line:column for every fault found.
[[nodiscard]] ModelCard read_model_card(const std::filesystem::path& file);
/// The shipped cards by name, without loading any model. Sorted.
[[nodiscard]] std::vector<std::string> shipped_card_names();
/// Cards of well-known models whose weights are not shipped: the user downloads and brings them.
[[nodiscard]] std::vector<std::string> user_card_names();
/// A name of either kind, or a path to a card. Throws ConfigError with a suggestion.
[[nodiscard]] ModelCard find_model_card(const std::string& name_or_path);

/// Where the card's weights lie, in order; they may be missing. Empty for a model without weights.
/// Files that the user brings lie beside the card or, put there by `robench models fetch`, in
/// brought_path().
[[nodiscard]] std::vector<std::filesystem::path> weight_paths(const ModelCard& card);

}  // namespace robench
