// SPDX-License-Identifier: Apache-2.0
// Bare forward passes: faces per second of one thread, each model as robench runs it beside the program
// that its weights come from, turn by turn in one run. Before a time counts, both must give the same
// vectors to 1e-4.
//
//   bench_models [--rounds N] [--dat dlib_face_recognition_resnet_model_v1.dat] [MODEL]...
//                # default: 7 rounds; every model of those below whose weights are there
//
// Beside TensorFlow.js where ROBENCH_PEER_TFJS names a folder that has it (tests/peers/tfjs_peer.js),
// else beside the plain evaluation that `models import` checks by. Times are processor time of the one
// thread that works, so that a busy machine falsifies them little; the share of the peak is of a product
// of two 1,024 x 1,024 matrices by OpenBLAS, timed in the same run.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/script.h>
#include <opencv2/dnn.hpp>

#include "models/digest.h"
#include "models/dlib_resnet_file.h"
#include "models/embedder.h"
#include "models/script_file.h"
#include "models/tfjs_evaluator.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"
#include "tests/support/generated_face.h"

extern "C" void openblas_set_num_threads(int);

namespace {

using namespace robench;

constexpr double kAgreement = 1e-4;  // largest difference of a component
constexpr double kDlibRatio = 2.5;   // at least so many times as fast as dlib itself

/// Processor seconds of this thread.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Faces per processor second of `embed` on all of `chips`, once.
double rate(const std::function<EmbeddingMatrix(std::span<const Image>)>& embed,
            std::span<const Image> chips) {
  const double start = thread_seconds();
  static_cast<void>(embed(chips));
  return static_cast<double>(chips.size()) / (thread_seconds() - start);
}

/// One batch of the model: generated heads, turned by up to 30 degrees.
std::vector<Image> chips_of(const ModelCard& card) {
  std::vector<Image> chips;
  for (int i = 0; i < card.batch; ++i) {
    FaceRecipe recipe;
    recipe.subject = static_cast<std::uint32_t>(i + 1);
    recipe.yaw_deg = 4.0 * (i % 16) - 30;
    const GeneratedFace head = render_face(recipe);
    chips.push_back(align_chip(head.image, head.landmarks, card.align));
  }
  return chips;
}

/// GFLOP per second of a product of two matrices of 1,024 x 1,024 on one thread, at its best.
double gemm_peak() {
  constexpr std::int64_t kSide = 1024;
  const at::Tensor a = torch::rand({kSide, kSide}), b = torch::rand({kSide, kSide});
  at::Tensor c = torch::mm(a, b);
  std::vector<double> rates;
  for (int i = 0; i < 9; ++i) {
    const double start = thread_seconds();
    at::mm_out(c, a, b);
    rates.push_back(2e-9 * kSide * kSide * kSide / (thread_seconds() - start));
  }
  return *std::max_element(rates.begin(), rates.end());
}

double counted_flops = 0;

/// Adds what a convolution (input, weights, bias, stride, padding, ...) or a matrix product of one face
/// takes.
std::unique_ptr<at::ObserverContext> count_flops(const at::RecordFunction& call) {
  const std::string name = call.name();
  const auto inputs = call.inputs();
  if (name == "aten::convolution") {
    const at::Tensor x = inputs[0].toTensor(), w = inputs[1].toTensor();
    double places = 1;
    for (const std::size_t axis : {0, 1}) {
      const auto dimension = static_cast<std::int64_t>(axis) + 2;
      const std::int64_t padding = inputs[4].toIntVector()[axis], stride = inputs[3].toIntVector()[axis];
      const std::int64_t steps =
          (x.size(dimension) + 2 * padding - w.size(dimension)) / stride;  // rounds down
      places *= static_cast<double>(steps + 1);
    }
    counted_flops += 2 * places * static_cast<double>(w.numel());
  } else if (name == "aten::mm") {
    counted_flops += 2 * static_cast<double>(inputs[1].toTensor().numel());
  }
  return nullptr;
}

/// Multiplications and additions of one face in convolutions and matrix products, counted while the
/// archive runs once as it is, not optimised.
double script_gflops(const std::filesystem::path& file, const ModelCard& card) {
  torch::jit::Module module = torch::jit::load(file.string());
  module.eval();
  const c10::InferenceMode no_gradients;
  counted_flops = 0;
  const auto handle = at::addGlobalCallback(at::RecordFunctionCallback(count_flops).needsInputs(true));
  static_cast<void>(module.forward({torch::zeros({1, 3, card.align.height, card.align.width})}));
  at::removeCallback(handle);
  return 1e-9 * counted_flops;
}

double onnx_gflops(const ModelCard& card) {
  const cv::dnn::Net net = cv::dnn::readNetFromONNX(weight_paths(card).front().string());
  return 1e-9 *
         static_cast<double>(net.getFLOPS(cv::dnn::MatShape{1, 3, card.align.height, card.align.width}));
}

/// A model, what robench runs it on, and the program that its weights come from.
struct Contest {
  ModelCard card;
  std::string runtime;
  std::string source;  // "" = there is no other
  std::function<EmbeddingMatrix(std::span<const Image>)> ours{}, theirs{};
  std::function<double(std::span<const Image>)> their_rate{};  // of a source that keeps its own time
  std::size_t source_faces = 1000;  // at most: a slow source is timed on fewer
  double gflops = 0;                // of one face
  double required_ratio = 0;
};

std::function<EmbeddingMatrix(std::span<const Image>)> embedding_by(const ModelCard& card) {
  const std::shared_ptr<Embedder> model = load_embedder(card);
  return [model](std::span<const Image> chips) { return model->embed(chips); };
}

Contest dlib_contest(const std::filesystem::path& dat, const test::ScratchFolder& folder) {
  Contest contest{.card = find_model_card("dlib_resnet"), .runtime = "LibTorch", .source = "dlib"};
  const std::shared_ptr<DlibResnetFile> source = open_dlib_resnet(dat);
  const auto file = folder.path() / "dlib_resnet.pt";
  save_dlib_resnet_script(source->weights(), file);
  ModelCard card = contest.card;
  card.backend = "torchscript";
  card.files.clear();
  card.local_files = {{file, sha256_of_file(file)}};
  contest.ours = embedding_by(card);
  contest.theirs = [source](std::span<const Image> chips) { return source->embed(chips); };
  contest.gflops = script_gflops(file, card);
  contest.required_ratio = kDlibRatio;
  return contest;
}

/// TensorFlow.js as a process of its own, which tells the processor seconds of its forward pass.
class TfjsProcess {
 public:
  TfjsProcess(ModelCard card, std::filesystem::path folder)
      : card_(std::move(card)), folder_(std::move(folder)) {}

  EmbeddingMatrix embed(std::span<const Image> chips) const {
    seconds(chips);
    EmbeddingMatrix vectors(std::ssize(chips), card_.dim);
    std::ifstream file(folder_ / "vectors.f32", std::ios::binary);
    file.read(reinterpret_cast<char*>(vectors.data()),
              static_cast<std::streamsize>(sizeof(float)) * vectors.size());
    if (!file) throw EnvironmentError("TensorFlow.js wrote too few numbers");
    return vectors;
  }

  double rate(std::span<const Image> chips) const {
    return static_cast<double>(chips.size()) / seconds(chips);
  }

 private:
  double seconds(std::span<const Image> chips) const {
    const std::vector<float> tensor = to_tensor(chips, card_);
    std::ofstream(folder_ / "input.f32", std::ios::binary)
        .write(reinterpret_cast<const char*>(tensor.data()),
               static_cast<std::streamsize>(sizeof(float) * tensor.size()));
    const std::string command = fmt::format(
        "node '{}/tfjs_peer.js' '{}' '{}' '{}' {} {} {} '{}'", ROBENCH_PEERS,
        weight_paths(card_).front().string(), card_.output, (folder_ / "input.f32").string(),
        chips.size(), card_.align.height, card_.align.width, (folder_ / "vectors.f32").string());
    double seconds = 0;
    std::FILE* const pipe = popen(command.c_str(), "r");
    const bool told = pipe != nullptr && std::fscanf(pipe, "%lf", &seconds) == 1;
    if (pipe == nullptr || pclose(pipe) != 0 || !told)
      throw EnvironmentError("TensorFlow.js failed: " + command);
    return seconds;
  }

  ModelCard card_;
  std::filesystem::path folder_;
};

void compete_with_tfjs(Contest& contest, const std::filesystem::path& folder) {
  const auto process = std::make_shared<TfjsProcess>(contest.card, folder);
  contest.source = "TensorFlow.js";
  contest.theirs = [process](std::span<const Image> chips) { return process->embed(chips); };
  contest.their_rate = [process](std::span<const Image> chips) { return process->rate(chips); };
}

Contest tfjs_contest(const std::string& name, const test::ScratchFolder& folder) {
  Contest contest{.card = find_model_card(name), .runtime = "LibTorch", .source = "plain evaluation"};
  const ModelCard& card = contest.card;
  const auto part =
      std::make_shared<TfjsGraph>(part_for(read_tfjs_graph(weight_paths(card)), card.output));
  const auto file = folder.path() / (name + ".pt");
  save_tfjs_script(*part, file);
  contest.ours = embedding_by(card);
  contest.theirs = [part, card](std::span<const Image> chips) {
    return evaluate_tfjs(*part, to_tensor(chips, card), static_cast<int>(chips.size()),
                         card.align.height, card.align.width);
  };
  contest.source_faces = 2;
  contest.gflops = script_gflops(file, card);
  if (std::getenv("ROBENCH_PEER_TFJS") != nullptr) {
    contest.source_faces = 1000;
    compete_with_tfjs(contest, folder.path());
  }
  return contest;
}

Contest onnx_contest(const std::string& name) {
  Contest contest{.card = find_model_card(name), .runtime = "OpenCV dnn", .source = ""};
  contest.card.flip = Flip::none;  // one forward pass
  contest.ours = embedding_by(contest.card);
  contest.gflops = onnx_gflops(contest.card);
  return contest;
}

/// Vectors of the batch, of its first faces alone, and of the source: all alike. Returns the largest
/// difference of a component from the source; throws EnvironmentError where they differ.
double agreement(const Contest& contest, std::span<const Image> chips) {
  const EmbeddingMatrix vectors = contest.ours(chips);
  const auto refuse = [&](const std::string& why) {
    throw EnvironmentError(fmt::format("{}: {}", contest.card.name, why));
  };
  if (!vectors.allFinite() || contest.ours(chips) != vectors) refuse("not the same numbers again");
  for (std::size_t i = 0; i < 2; ++i) {
    const EmbeddingMatrix alone = contest.ours(chips.subspan(i, 1));
    if (similarity(Comparison::cosine, alone.data(), vectors.row(static_cast<Eigen::Index>(i)).data(),
                   contest.card.dim) < 1 - 1e-5)
      refuse("a face's vector depends on the faces beside it");
  }
  if (contest.source.empty()) return 0;
  const EmbeddingMatrix expected =
      contest.theirs(chips.first(std::min(chips.size(), contest.source_faces)));
  const double largest = (expected - vectors.topRows(expected.rows())).cwiseAbs().maxCoeff();
  if (!(largest <= kAgreement))
    refuse(fmt::format("differs from {} by {:.2g}", contest.source, largest));
  return largest;
}

/// One row of the table; whether the promised ratio is kept.
bool compete(const Contest& contest, int rounds, double peak) {
  const std::vector<Image> chips = chips_of(contest.card);
  const double difference = agreement(contest, chips);
  std::vector<double> ours, theirs, ratios;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(rate(contest.ours, chips));
    if (contest.source.empty()) continue;
    const auto some = std::span(chips).first(std::min(chips.size(), contest.source_faces));
    theirs.push_back(contest.their_rate ? contest.their_rate(some) : rate(contest.theirs, some));
    ratios.push_back(ours.back() / theirs.back());
  }
  const double speed = median(ours);
  const bool has_source = !contest.source.empty();
  fmt::print("| {} ({}) | {} | {:.1f} ({:.1f} to {:.1f}) | {:.2f} | {:.0f} % | {} | {} | {} |\n",
             contest.card.name, contest.card.batch, contest.runtime, speed,
             *std::min_element(ours.begin(), ours.end()), *std::max_element(ours.begin(), ours.end()),
             contest.gflops, 100 * speed * contest.gflops / peak,
             has_source ? fmt::format("{}: {:.1f}", contest.source, median(theirs)) : "none",
             has_source ? fmt::format("{:.2f}", median(ratios)) : "-",
             has_source ? fmt::format("{:.1e}", difference) : "-");
  std::fflush(stdout);
  return !has_source || median(ratios) >= contest.required_ratio;
}

bool is_there(const std::string& name) {
  const auto paths = weight_paths(find_model_card(name));
  return std::all_of(paths.begin(), paths.end(),
                     [](const auto& path) { return std::filesystem::exists(path); });
}

struct Options {
  int rounds = 7;
  std::filesystem::path dat;
  std::vector<std::string> models;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--rounds" && i + 1 < argc)
      options.rounds = std::max(1, std::atoi(argv[++i]));
    else if (argument == "--dat" && i + 1 < argc)
      options.dat = argv[++i];
    else
      options.models.push_back(argument);
  }
  if (options.models.empty())
    options.models = {"dlib_resnet",        "faceres",
                      "mobileface",         "faceplugin",
                      "omz_face_reid_0095", "mobilefacenet_foamliu"};
  return options;
}

int run(const Options& options) {
  const test::ScratchFolder folder;
  double load[1] = {0};
  static_cast<void>(getloadavg(load, 1));
  const double peak = gemm_peak();
  fmt::print(
      "OpenBLAS, 1,024 x 1,024 x 1,024, one thread: {:.1f} GFLOP/s. Load at the start {:.1f}; {} "
      "rounds.\n\n",
      peak, load[0], options.rounds);
  fmt::print(
      "| model (batch) | runtime | faces/s (least to most) | GFLOP per face | of the peak | source, "
      "faces/s | "
      "times its source, median of pairs | largest difference |\n|---|---|---|---|---|---|---|---|\n");
  bool kept = true;
  for (const std::string& name : options.models) {
    if (!is_there(name) || (name == "dlib_resnet" && options.dat.empty())) {
      fmt::print(stderr, "SKIPPED: {} ({})\n", name,
                 name == "dlib_resnet" ? "give --dat FILE" : "its weights are not there");
      continue;
    }
    const std::string backend = find_model_card(name).backend;
    const Contest contest = backend == "dlib_resnet" ? dlib_contest(options.dat, folder)
                            : backend == "tfjs"      ? tfjs_contest(name, folder)
                                                     : onnx_contest(name);
    kept = compete(contest, options.rounds, peak) && kept;
  }
  return kept ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  openblas_set_num_threads(1);
  cv::setNumThreads(1);
  try {
    return run(options_of(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
