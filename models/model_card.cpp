// SPDX-License-Identifier: Apache-2.0
#include "models/model_card.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "models/backend.h"
#include "models/brought_weights.h"
#include "models/digest.h"
#include "models/resources.h"
#include "models/template_points.h"
#include "models/yaml_reader.h"
#include "models/zoo.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr int kMostPixels = 4096;  // of a side of the model's input
constexpr int kMostDim = 65536;
constexpr int kMostBatch = 1024;

bool is_sha256(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Inside of the package: relative, and never up.
bool stays_inside(const fs::path& path) {
  return path.is_relative() && std::none_of(path.begin(), path.end(), [](const fs::path& part) {
           return part == ".." || part.empty();
         });
}

/// Reads one card, block by block; faults gather in the reader.
class CardReader {
 public:
  explicit CardReader(const fs::path& file)
      : folder_(file.parent_path()), yaml_(YamlReader::from_file(file)) {}

  ModelCard read() {
    const YamlNode& root = yaml_.root();
    if (yaml_.check_keys(root,
                         {"model", "summary", "backend", "command", "exchange", "batch", "weights",
                          "input", "output", "comparison", "published", "licence", "source"},
                         "a model card")) {
      read_head(root);
      read_weights(root.find("weights"));
      if (const YamlNode* input = yaml_.require(root, "input")) read_input(*input);
      if (const YamlNode* output = yaml_.require(root, "output")) read_output(*output);
      if (const YamlNode* comparison = yaml_.require(root, "comparison")) read_comparison(*comparison);
      if (const YamlNode* published = root.find("published")) read_published(*published);
    }
    yaml_.finish();
    card_.text_sha256 = sha256(yaml_.text());
    return std::move(card_);
  }

 private:
  void read_head(const YamlNode& root) {
    if (const auto name = yaml_.require_text(root, "model")) {
      card_.name = *name;
      if (!std::regex_match(*name, std::regex("[A-Za-z0-9][A-Za-z0-9_.-]*")))
        yaml_.fail(*root.find("model"), fmt::format("'{}' cannot be a model's name", *name),
                   "letters, digits, '_', '-' and '.'");
    }
    card_.summary = yaml_.require_text(root, "summary").value_or("");
    card_.backend = yaml_.require_choice(root, "backend", backend_names()).value_or("");
    card_.licence = yaml_.require_text(root, "licence").value_or("");
    card_.source = yaml_.require_text(root, "source").value_or("");
    read_external(root);
    if (card_.backend == "external") card_.batch = kMostBatch;  // each call starts a program
    card_.batch =
        static_cast<int>(yaml_.optional_integer(root, "batch", 1, kMostBatch).value_or(card_.batch));
  }

  void read_external(const YamlNode& root) {
    card_.folder = folder_;
    const YamlNode* command = root.find("command");
    const YamlNode* exchange = root.find("exchange");
    if (card_.backend != "external") {
      for (const char* key : {"command", "exchange"})
        if (root.find(key) != nullptr)
          yaml_.fail(*root.find(key), fmt::format("'{}' belongs to the backend 'external'", key));
      return;
    }
    if ((command == nullptr) == (exchange == nullptr)) {
      yaml_.fail(*root.find("backend"), "the backend 'external' needs one of 'command' and 'exchange'",
                 "command: [python3, embed.py, \"{list}\", \"{out}\"], or exchange: FOLDER");
      return;
    }
    if (exchange != nullptr)
      if (const auto folder = yaml_.require_text(root, "exchange"))
        card_.exchange = fs::absolute(folder_ / *folder);
    if (command == nullptr) return;
    card_.command = yaml_.texts_of(*command).value_or(std::vector<std::string>{});
    for (const char* word : {"{list}", "{out}"})
      if (std::ranges::count(card_.command, word) != 1)
        yaml_.fail(*command, fmt::format("'command' must hold \"{}\" once, in quotes", word),
                   "[python3, embed.py, \"{list}\", \"{out}\"]");
    if (!card_.command.empty() && card_.command.front().starts_with("{"))
      yaml_.fail(*command, "'command' must begin with a program");
  }

  void read_weights(const YamlNode* weights) {
    const Backend* backend = find_backend(card_.backend);
    if (backend != nullptr && backend->weights.empty() && weights != nullptr)
      yaml_.fail(*weights, fmt::format("backend '{}' has no weights", backend->name));
    if (backend != nullptr && !backend->weights.empty() && backend->needs_weights && weights == nullptr)
      yaml_.fail(yaml_.root(), fmt::format("missing key 'weights': backend '{}' reads {}", backend->name,
                                           backend->weights));
    if (weights == nullptr ||
        !yaml_.check_keys(*weights, {"package", "version", "integrity", "licence", "download", "files"},
                          "'weights'"))
      return;
    PackageFile package;
    const bool from_package = weights->find("package") != nullptr;
    if (from_package) package = read_package(*weights);
    for (const char* key : {"version", "integrity", "licence"})
      if (!from_package && weights->find(key) != nullptr)
        yaml_.fail(*weights->find(key), fmt::format("'{}' belongs to a package", key),
                   "name it with 'package', or leave this out");
    if (weights->find("download") != nullptr) {
      card_.download = yaml_.require_text(*weights, "download").value_or("");
      if (from_package)
        yaml_.fail(*weights->find("download"), "'download' is of files that a user brings",
                   "those of a package are fetched; leave it out");
    }
    const YamlNode* files = yaml_.require(*weights, "files");
    if (files == nullptr) return;
    if (!files->is_list() || files->items.empty())
      yaml_.fail(*files, fmt::format("expected a list of files, found {}", described(*files)),
                 "- { path: FILE, sha256: HASH }");
    for (const YamlNode& file : files->items) read_file(file, from_package ? &package : nullptr);
  }

  PackageFile read_package(const YamlNode& weights) {
    PackageFile package;
    package.package = checked(weights, "package", "(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*",
                              "an npm package, such as @vladmandic/face-api");
    package.version = checked(weights, "version", "[0-9]+\\.[0-9]+\\.[0-9]+([+-][0-9A-Za-z.+-]+)?",
                              "one exact version, such as 1.7.15");
    package.integrity =
        checked(weights, "integrity",
                "sha512-[A-Za-z0-9+/]{86}==", "npm's integrity of the tarball, sha512-...");
    package.licence = yaml_.require_text(weights, "licence").value_or("");
    return package;
  }

  void read_file(const YamlNode& file, const PackageFile* package) {
    if (!yaml_.check_keys(file, {"path", "sha256"}, "a file of 'weights'")) return;
    const std::string path = yaml_.require_text(file, "path").value_or("");
    const std::string hash = yaml_.require_text(file, "sha256").value_or("");
    const bool unverified = hash == "unverified" && !card_.download.empty();
    if (!hash.empty() && !unverified && !is_sha256(hash))
      yaml_.fail(*file.find("sha256"), fmt::format("'{}' is no SHA-256", hash),
                 "64 lower-case hexadecimal digits, as `sha256sum FILE` prints them");
    if (package == nullptr) {
      card_.local_files.push_back({folder_ / path, unverified ? "" : hash});
      return;
    }
    if (!path.empty() && !stays_inside(path))
      yaml_.fail(*file.find("path"), fmt::format("'{}' leads out of the package", path));
    card_.files.push_back(*package);
    card_.files.back().path = path;
    card_.files.back().sha256 = hash;
  }

  void read_input(const YamlNode& input) {
    if (!yaml_.check_keys(input, {"template", "size", "points", "padding", "channels", "mean", "scale"},
                          "'input'"))
      return;
    const bool sized = read_size(input);
    const auto points = yaml_.require_choice(input, "template", {"five", "dlib_chip"});
    card_.align.points = points.value_or("");
    if (points == "five" && read_five(input) && sized) check_template(input);
    if (points == "dlib_chip" && read_dlib_chip(input) && sized) check_template(input);
    if (const auto order = yaml_.require_choice(input, "channels", {"bgr", "rgb"}))
      card_.channels = *order == "bgr" ? ChannelOrder::bgr : ChannelOrder::rgb;
    card_.mean = per_channel(input, "mean");
    card_.scale = per_channel(input, "scale");
    const YamlNode* scale = input.find("scale");
    if (scale != nullptr && !yaml_.failed() && std::ranges::count(card_.scale, 0.0) > 0)
      yaml_.fail(*scale, "'scale' must not be 0");
  }

  bool read_size(const YamlNode& input) {
    const YamlNode* size = yaml_.require(input, "size");
    const auto numbers = size != nullptr ? yaml_.numbers_of(*size, 2) : std::nullopt;
    if (!numbers) return false;
    for (const double side : *numbers) {
      if (side >= 8 && side <= kMostPixels && side == std::floor(side)) continue;
      yaml_.fail(*size,
                 fmt::format("'size' must be [width, height] of 8 to {} whole pixels", kMostPixels));
      return false;
    }
    card_.align.width = static_cast<int>((*numbers)[0]);
    card_.align.height = static_cast<int>((*numbers)[1]);
    return true;
  }

  bool read_five(const YamlNode& input) {
    if (const YamlNode* padding = input.find("padding"))
      yaml_.fail(*padding, "'padding' belongs to the template 'dlib_chip'");
    const YamlNode* points = yaml_.require(input, "points");
    if (points == nullptr) return false;
    if (!points->is_list() || points->items.size() != card_.align.five.size()) {
      const std::string found =
          points->is_list() ? fmt::format("{} points", points->items.size()) : described(*points);
      yaml_.fail(*points, fmt::format("expected 5 points [x, y], found {}", found),
                 "image-left eye, image-right eye, nose tip, left and right mouth corner");
      return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < card_.align.five.size(); ++i) {
      const auto point = yaml_.numbers_of(points->items[i], 2);
      good = good && point;
      if (point) card_.align.five[i] = {(*point)[0], (*point)[1]};
    }
    return good;
  }

  bool read_dlib_chip(const YamlNode& input) {
    if (const YamlNode* points = input.find("points"))
      yaml_.fail(*points, "'points' belongs to the template 'five'");
    const auto padding = yaml_.require_number(input, "padding", 0, 2);
    card_.align.padding = padding.value_or(0);
    if (card_.align.width != card_.align.height)
      yaml_.fail(*input.find("size"), "the template 'dlib_chip' is square");
    return padding.has_value() && card_.align.width == card_.align.height;
  }

  void check_template(const YamlNode& input) {
    const auto [left, right] = template_eyes(card_.align);
    const YamlNode& place = *input.find(card_.align.points == "five" ? "points" : "padding");
    if (left.x >= right.x)
      yaml_.fail(place,
                 "the first point must be the eye on the left of the image, the second on the right");
    else if (!lies_inside_crop(card_.align))
      yaml_.fail(place, "the template shows more than the face crop holds",
                 "the input must lie in a square of 5 eye distances, its centre half an eye distance "
                 "below the eyes");
  }

  /// One number for all channels, or a list of three.
  std::array<double, 3> per_channel(const YamlNode& input, const char* key) {
    const YamlNode* value = yaml_.require(input, key);
    if (value == nullptr) return {};
    if (!value->is_list()) {
      const double same = yaml_.number_of(*value).value_or(0);
      return {same, same, same};
    }
    const auto numbers = yaml_.numbers_of(*value, 3);
    if (!numbers) return {};
    return {(*numbers)[0], (*numbers)[1], (*numbers)[2]};
  }

  void read_output(const YamlNode& output) {
    if (!yaml_.check_keys(output, {"name", "dim", "flip", "jitter", "normalise", "batch_invariant"},
                          "'output'"))
      return;
    card_.output = yaml_.optional_text(output, "name").value_or("");
    card_.dim = static_cast<int>(yaml_.require_integer(output, "dim", 1, kMostDim).value_or(0));
    const auto flip = yaml_.optional_choice(output, "flip", {"none", "sum", "sum_normalised"});
    if (flip == "sum") card_.flip = Flip::sum;
    if (flip == "sum_normalised") card_.flip = Flip::sum_normalised;
    card_.jitter =
        static_cast<int>(yaml_.optional_integer(output, "jitter", 0, kMostJitters).value_or(0));
    if (yaml_.optional_choice(output, "normalise", {"none", "l2"}) == "l2")
      card_.normalise = Normalise::l2;
    card_.batch_invariant = yaml_.optional_boolean(output, "batch_invariant").value_or(true);
    if (card_.jitter > 0 && card_.flip != Flip::none)
      yaml_.fail(*output.find("flip"), "'flip' and 'jitter' exclude each other",
                 "half of the jittered chips are mirrored already");
  }

  void read_comparison(const YamlNode& comparison) {
    if (!yaml_.check_keys(comparison, {"measure", "threshold", "threshold_source"}, "'comparison'"))
      return;
    if (const auto measure = yaml_.require_choice(comparison, "measure", {"cosine", "euclidean"}))
      card_.comparison = *measure == "cosine" ? Comparison::cosine : Comparison::euclidean;
    const bool cosine = card_.comparison == Comparison::cosine;
    const YamlNode* threshold = comparison.find("threshold");
    if (threshold == nullptr) return;
    card_.threshold = yaml_.number_of(*threshold);
    if (card_.threshold && (*card_.threshold > (cosine ? 1 : 0) || (cosine && *card_.threshold < -1)))
      yaml_.fail(
          *threshold,
          cosine ? "a cosine threshold must be -1 to 1" : "a Euclidean threshold must not be positive",
          cosine ? "" : "scores are similarities: accept at distance 0.6 is -0.6");
    card_.threshold_source = yaml_.require_text(comparison, "threshold_source").value_or("");
  }

  void read_published(const YamlNode& published) {
    if (!yaml_.check_keys(published, {"lfw", "source"}, "'published'")) return;
    card_.published_lfw = yaml_.require_number(published, "lfw", 0, 1);
    card_.published_lfw_source = yaml_.require_text(published, "source").value_or("");
  }

  /// The text of `key`, which must match `pattern`.
  std::string checked(const YamlNode& map, const char* key, const char* pattern, const char* expected) {
    const auto text = yaml_.require_text(map, key);
    if (text && !std::regex_match(*text, std::regex(pattern)))
      yaml_.fail(*map.find(key), fmt::format("'{}' is no valid {}", *text, key),
                 fmt::format("expected {}", expected));
    return text.value_or("");
  }

  fs::path folder_;
  YamlReader yaml_;
  ModelCard card_;
};

bool looks_like_path(const std::string& text) {
  return text.find('/') != std::string::npos || text.ends_with(".yaml") || text.ends_with(".yml");
}

fs::path user_cards_folder() { return cards_folder() / "user"; }
fs::path on_demand_cards_folder() { return cards_folder() / "on_demand"; }

std::vector<std::string> cards_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code no_folder;
  for (const auto& entry : fs::directory_iterator(folder, no_folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string_view to_string(ChannelOrder order) { return order == ChannelOrder::bgr ? "bgr" : "rgb"; }

std::string_view to_string(Flip flip) {
  return flip == Flip::none ? "none" : flip == Flip::sum ? "sum" : "sum_normalised";
}

std::string_view to_string(Normalise normalise) { return normalise == Normalise::l2 ? "l2" : "none"; }

std::string_view to_string(Comparison comparison) {
  return comparison == Comparison::cosine ? "cosine" : "euclidean";
}

ModelCard read_model_card(const fs::path& file) { return CardReader(file).read(); }

std::vector<std::string> shipped_card_names() { return cards_in(cards_folder()); }

std::vector<std::string> user_card_names() { return cards_in(user_cards_folder()); }

std::vector<std::string> on_demand_card_names() { return cards_in(on_demand_cards_folder()); }

ModelCard find_model_card(const std::string& name_or_path) {
  if (looks_like_path(name_or_path)) return read_model_card(name_or_path);
  std::vector<std::string> known;
  for (const fs::path& folder : {cards_folder(), on_demand_cards_folder(), user_cards_folder()}) {
    const std::vector<std::string> names = cards_in(folder);
    if (contains(names, name_or_path)) return read_model_card(folder / (name_or_path + ".yaml"));
    known.insert(known.end(), names.begin(), names.end());
  }
  throw ConfigError(fmt::format("unknown model '{}'", name_or_path), suggestion(name_or_path, known));
}

std::vector<fs::path> weight_paths(const ModelCard& card) {
  std::vector<fs::path> paths;
  for (const PackageFile& file : card.files) paths.push_back(fetched_path(file));
  for (const LocalFile& file : card.local_files)
    paths.push_back(card.download.empty() || fs::exists(file.path) ? file.path : brought_path(file));
  return paths;
}

}  // namespace robench
