// SPDX-License-Identifier: Apache-2.0
#include "suites/model_import.h"

#include <functional>
#include <regex>

#include <fmt/format.h>

#include "models/digest.h"
#include "models/dlib_resnet_file.h"
#include "models/embedder.h"
#include "models/script_file.h"
#include "models/store.h"
#include "models/tfjs_evaluator.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "suites/doctor_recipes.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr int kPictures = 8;

/// Pictures of all frequencies and colours: a network that is rebuilt wrongly cannot agree on them.
std::vector<Image> test_pictures(const Template& align) {
  std::vector<Image> pictures;
  for (int k = 0; k < kPictures; ++k) {
    const RandomStream random(1, "model_import", "", std::to_string(k), 0);
    const int cell = 1 << (k % 6);  // from single pixels to 32 pixels of one colour
    cv::Mat pixels(align.height, align.width, CV_8UC3);
    for (int y = 0; y < pixels.rows; ++y)
      for (int x = 0; x < pixels.cols; ++x) {
        const auto words = random.block(static_cast<std::uint64_t>(y / cell) * 65536 +
                                        static_cast<std::uint64_t>(x / cell));
        pixels.at<cv::Vec3b>(y, x) = {static_cast<uchar>(words[0]), static_cast<uchar>(words[1]),
                                      static_cast<uchar>(words[2])};
      }
    pictures.emplace_back(pixels);
  }
  return pictures;
}

/// The source: its runtime, and how its network is written as TorchScript.
struct Source {
  std::string words;
  std::function<EmbeddingMatrix(const std::vector<Image>&, const ModelCard&)> run;
  std::function<void(const fs::path&)> save;
  int width = 0, height = 0;  // of the input; 0 = any
};

Source dlib_source(const fs::path& file) {
  const std::shared_ptr<DlibResnetFile> dat = open_dlib_resnet(file);
  return {"dlib itself",
          [dat](const std::vector<Image>& pictures, const ModelCard&) { return dat->embed(pictures); },
          [dat](const fs::path& out) { save_dlib_resnet_script(dat->weights(), out); }, 150, 150};
}

Source tfjs_source(const fs::path& file, const std::string& output) {
  std::vector<fs::path> files{file};
  for (const fs::path& binary : tfjs_binaries(file)) files.push_back(binary);
  const auto part = std::make_shared<TfjsGraph>(part_for(read_tfjs_graph(files), output));
  return {"an evaluation of the graph in double precision, operation by operation",
          [part](const std::vector<Image>& pictures, const ModelCard& card) {
            return evaluate_tfjs(*part, to_tensor(pictures, card), static_cast<int>(pictures.size()),
                                 card.align.height, card.align.width);
          },
          [part](const fs::path& out) { save_tfjs_script(*part, out); }, part->width, part->height};
}

Source source_of(const ImportRequest& request) {
  if (request.file.extension() == ".dat") return dlib_source(request.file);
  if (request.file.extension() == ".json") return tfjs_source(request.file, request.output);
  throw ConfigError(fmt::format("'{}' is of no kind that can be imported", request.file.string()),
                    "dlib's .dat or a model.json of TensorFlow.js; ONNX and TorchScript need no import");
}

/// The recipe of `like`, dlib's own, or what most networks of the kind take.
ModelCard recipe_for(const ImportRequest& request, const Source& source) {
  const bool of_dlib = request.file.extension() == ".dat";
  if (!request.like.empty() || of_dlib)
    return find_model_card(request.like.empty() ? "dlib_resnet" : request.like);
  ModelCard card;
  card.align.width = source.width > 0 ? source.width : 112;
  card.align.height = source.height > 0 ? source.height : 112;
  card.align = arcface_template(card.align);
  card.channels = ChannelOrder::rgb;
  return card;
}

std::string card_text(const ModelCard& card, const ImportRequest& request, const std::string& hash) {
  std::string text = fmt::format(
      "# Written by `robench models import` from {} (sha256 {}).\n"
      "model: {}\nsummary: imported from {}\nbackend: torchscript\n"
      "weights:\n  files:\n    - {{ path: {}.pt, sha256: {} }}\n",
      request.file.filename().string(), sha256_of_file(request.file), request.name,
      request.file.filename().string(), request.name, hash);
  text += "input:\n" + input_lines(card);
  text += fmt::format("output: {{ dim: {}, flip: {}, normalise: {} }}\n", card.dim, to_string(card.flip),
                      to_string(card.normalise));
  text +=
      fmt::format("batch: {}\ncomparison: {{ measure: {} }}\n", card.batch, to_string(card.comparison));
  const auto quoted = [](const std::string& words) {
    return "\"" + std::regex_replace(words, std::regex(R"(["\\])"), "\\$&") + "\"";
  };
  text += "licence: " +
          quoted(card.licence.empty() ? "not stated: ask where the file comes from" : card.licence) +
          "\n";
  text +=
      "source: " + quoted(card.source.empty() ? request.file.filename().string() : card.source) + "\n";
  return text;
}

/// Both files, or neither.
class Written {
 public:
  explicit Written(std::vector<fs::path> files) : files_(std::move(files)) {}
  ~Written() {
    std::error_code ignored;
    for (const fs::path& file : files_) fs::remove(file, ignored);
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  void keep() { files_.clear(); }

 private:
  std::vector<fs::path> files_;
};

void require_new(const fs::path& file) {
  if (fs::exists(file))
    throw ConfigError(fmt::format("'{}' is there already", file.string()),
                      "choose another name with --card, or another folder with --out");
}

}  // namespace

ImportReport import_model(const ImportRequest& request) {
  if (!std::regex_match(request.name, std::regex("[A-Za-z0-9][A-Za-z0-9_.-]*")))
    throw ConfigError(fmt::format("'{}' cannot be a model's name", request.name),
                      "letters, digits, '_', '-' and '.'");
  ImportReport report;
  report.script = request.folder / (request.name + ".pt");
  report.card = request.folder / (request.name + ".yaml");
  require_new(report.script);
  require_new(report.card);
  const Source source = source_of(request);
  ModelCard card = recipe_for(request, source);
  report.recipe_is_a_guess = card.name.empty();
  report.source = source.words;
  report.pictures = kPictures;

  const std::vector<Image> pictures = test_pictures(card.align);
  const EmbeddingMatrix expected = source.run(pictures, card);
  card.dim = static_cast<int>(expected.cols());
  fs::create_directories(request.folder);
  Written written({report.script, report.card});
  source.save(report.script);
  write_file_atomically(report.card, card_text(card, request, sha256_of_file(report.script)));

  // What a user's run will load; flip and the like are no part of the network.
  ModelCard as_written = read_model_card(report.card);
  as_written.flip = Flip::none;
  as_written.normalise = Normalise::none;
  const EmbeddingMatrix found = load_embedder(as_written)->embed(pictures);
  report.largest_component = expected.cwiseAbs().maxCoeff();
  report.largest_difference = (found - expected).cwiseAbs().maxCoeff();
  if (!(report.largest_difference <= kImportTolerance))
    throw EnvironmentError(
        fmt::format("the imported network differs from {} by {:.2g} in a component, {} are allowed; "
                    "nothing was kept",
                    source.words, report.largest_difference, kImportTolerance));
  written.keep();
  return report;
}

std::string import_text(const ImportReport& report) {
  std::string text = fmt::format(
      "{}\n{}\nagreement  with {}: largest difference of a component {:.2g} over {} pictures "
      "(components "
      "up to {:.3g}; allowed {})\n",
      report.script.string(), report.card.string(), report.source, report.largest_difference,
      report.pictures, report.largest_component, kImportTolerance);
  if (report.recipe_is_a_guess)
    text += "recipe     a first guess (RGB 0..255, ArcFace's points): `robench models doctor " +
            report.card.string() + " --data SPEC` finds what is wrong with it\n";
  return text;
}

}  // namespace robench
