// SPDX-License-Identifier: Apache-2.0
// ONNX files on OpenCV's dnn module.
#include <fstream>
#include <iterator>
#include <regex>

#include <fmt/format.h>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include "models/backend.h"
#include "models/backends/narrow_depthwise.h"
#include "models/backends/onnx_versions.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// OpenCV says in several lines, and on stderr besides, what an exception says.
class MutedOpenCv {
 public:
  MutedOpenCv() : before_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {}
  ~MutedOpenCv() { cv::utils::logging::setLogLevel(before_); }
  MutedOpenCv(const MutedOpenCv&) = delete;
  MutedOpenCv& operator=(const MutedOpenCv&) = delete;

 private:
  cv::utils::logging::LogLevel before_;
};

/// The reason in one line; an operator that OpenCV does not know is named.
std::string reason_of(const cv::Exception& error) {
  std::smatch node;
  if (std::regex_search(error.err, node, std::regex("Node \\[([A-Za-z0-9_.]+)(@[^\\]]*)?\\]")))
    return "it does not run the operator '" + node[1].str() + "' of this file";
  std::string line = error.err;
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  return line;
}

/// Largest difference of a component that rounding explains, relative to the vector's length.
constexpr double kRounding = 1e-4;

class OnnxModel : public Embedder {
 public:
  OnnxModel(const ModelCard& card, const fs::path& file) : card_(card) {
    const MutedOpenCv muted;
    net_ = read_net(card, file);
    cv::setNumThreads(1);
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    choose_output();
    takes_batches_ = agrees_on_batches();
  }

  EmbeddingMatrix embed(std::span<const Image> chips) override {
    if (takes_batches_) return forward(chips);
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), card_.dim);
    for (std::size_t i = 0; i < chips.size(); ++i)
      vectors.row(static_cast<Eigen::Index>(i)) = forward(chips.subspan(i, 1));
    return vectors;
  }

 private:
  static cv::dnn::Net read_net(const ModelCard& card, const fs::path& file) {
    use_narrow_depthwise();
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    try {
      return cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    } catch (const cv::Exception& error) {
      const std::string versions = onnx_versions(bytes);
      throw EnvironmentError(
          fmt::format("model '{}': OpenCV {} cannot read '{}'{}: {}", card.name, CV_VERSION,
                      file.string(), versions.empty() ? "" : " (" + versions + ")", reason_of(error)),
          "onnxruntime reads more: see `backend: external` in models/README.md");
    }
  }

  void choose_output() {
    const std::vector<std::string> outputs = net_.getUnconnectedOutLayersNames();
    output_ = card_.output;
    if (output_.empty()) {
      if (outputs.size() != 1)
        throw EnvironmentError(fmt::format("model '{}' has {} outputs: {}", card_.name, outputs.size(),
                                           fmt::join(outputs, ", ")),
                               "name one in the card: output: { name: NAME, dim: N }");
      output_ = outputs.front();
    } else if (net_.getLayerId(output_) < 0) {
      throw EnvironmentError(fmt::format("model '{}' has no output '{}'", card_.name, output_),
                             suggestion(output_, outputs));
    }
  }

  EmbeddingMatrix forward(std::span<const Image> chips) {
    const int count = static_cast<int>(chips.size());
    if (count == 0) return EmbeddingMatrix(0, card_.dim);
    std::vector<float> tensor = to_tensor(chips, card_);
    const std::array<int, 4> shape{count, 3, card_.align.height, card_.align.width};
    net_.setInput(cv::Mat(4, shape.data(), CV_32F, tensor.data()));
    cv::Mat out;
    try {
      out = net_.forward(output_);
    } catch (const cv::Exception& error) {
      throw EnvironmentError(fmt::format("model '{}' does not run on {} input{} of 3 x {} x {}: {}",
                                         card_.name, count, count == 1 ? "" : "s", shape[2], shape[3],
                                         reason_of(error)));
    }
    // N x D, and N x D x 1 x 1 as some exporters leave it, hold the same numbers in the same order.
    if (out.dims < 2 || out.size[0] != count || out.type() != CV_32F ||
        out.total() != chips.size() * static_cast<std::size_t>(card_.dim))
      throw EnvironmentError(fmt::format("model '{}': output '{}' is {}, the card says {} x {}",
                                         card_.name, output_, shape_text(out), count, card_.dim));
    return Eigen::Map<const EmbeddingMatrix>(out.ptr<float>(), count, card_.dim);
  }

  static std::string shape_text(const cv::Mat& blob) {
    return fmt::format("{}", fmt::join(blob.size.p, blob.size.p + blob.dims, " x "));
  }

  /// Some files bake a batch of one into a reshape: they refuse a batch, or mix its rows. Tried on
  /// two different pictures; a single one must work, and its faults are thrown.
  bool agrees_on_batches() {
    cv::Mat dark(card_.align.height, card_.align.width, CV_8UC3, cv::Scalar(40, 60, 80));
    cv::Mat light(card_.align.height, card_.align.width, CV_8UC3, cv::Scalar(200, 180, 160));
    light(cv::Rect(0, 0, light.cols / 2, light.rows)).setTo(cv::Scalar(30, 90, 150));
    const std::array<Image, 2> chips{Image(dark), Image(light)};
    EmbeddingMatrix single(2, card_.dim);
    for (std::size_t i = 0; i < 2; ++i)
      single.row(static_cast<Eigen::Index>(i)) = forward(std::span(chips).subspan(i, 1));
    try {
      const EmbeddingMatrix both = forward(chips);
      return (both - single).norm() <= kRounding * single.norm();
    } catch (const EnvironmentError&) {
      return false;
    }
  }

  ModelCard card_;
  cv::dnn::Net net_;
  std::string output_;
  bool takes_batches_ = true;
};

}  // namespace
}  // namespace robench

extern "C" robench::Embedder* robench_make_onnx(const robench::ModelCard& card,
                                                const std::vector<std::filesystem::path>& weights) {
  return new robench::OnnxModel(card, weights.front());
}
