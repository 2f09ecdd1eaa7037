// SPDX-License-Identifier: Apache-2.0
// What the pipeline costs on top of the models: wall time of the suite's embedding stage, acquisition
// warm, over the time of embedding batches of the same size alone, with as many threads; both load the
// model. The suite's clean vectors are compared byte for byte with those of the bare model before a
// ratio is printed.
//
//   bench_pipeline [MODEL]...    # default: null_model, and dlib_resnet where its weights are fetched
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "models/codec.h"
#include "models/embedder.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "suites/embedding_stage.h"
#include "suites/engine.h"
#include "tests/models/scratch_folder.h"
#include "tests/support/generated_face.h"

namespace {

using namespace robench;
using Clock = std::chrono::steady_clock;

constexpr int kFaces = 64;
/// Issue 2, shown-by 7. Of null_model no limit is asked: it has next to no work of its own.
constexpr double kLimit = 1.2;

void write_heads(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (int i = 0; i < kFaces; ++i) {
    FaceRecipe recipe;
    recipe.subject = static_cast<std::uint32_t>(i + 1);
    recipe.size_px = 250;
    recipe.inter_eye_px = 45;
    write_image(folder / fmt::format("{:03}.png", i), render_face(recipe).image);
  }
}

Suite suite_of(const std::filesystem::path& folder, const std::string& model) {
  return parse_suite(
      fmt::format("suite: bench\nmodels: [{}]\ndata: {{ images: heads }}\nmetrics: [drift]\n"
                  "perturb: [gamma, brightness, contrast, low_light, over_exposure, "
                  "side_light, cast_shadow, colour_temperature, backlight]\n",
                  model),
      folder / "bench.yaml");
}

std::vector<Image> clean_chips(const Experiment& experiment) {
  std::vector<Image> chips;
  for (std::size_t row = 0; row < experiment.faces.size(); ++row) {
    if (experiment.faces[row].status != Status::ok) continue;
    const auto photograph = read_image(experiment.data.samples[row].path);
    const auto crop = crop_face(std::get<Image>(photograph), experiment.faces[row].face.landmarks);
    chips.push_back(align_chip(crop->pixels, crop->frame.landmarks, experiment.cards.front().align));
  }
  return chips;
}

/// As the suite cuts its work: batches of kBatchSize, fed to the model in steps of the card's batch.
EmbeddingMatrix embed(Embedder& model, const ModelCard& card, std::span<const Image> chips) {
  EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), card.dim);
  for (std::size_t first = 0, count = 0; first < chips.size(); first += count) {
    const std::size_t batch_end = (first / kBatchSize + 1) * kBatchSize;
    count = std::min({static_cast<std::size_t>(card.batch), batch_end - first, chips.size() - first});
    vectors.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) =
        model.embed(chips.subspan(first, count));
  }
  return vectors;
}

/// Wall time of embedding the chips once per condition, nothing else; `vectors` are those of the chips.
double embed_alone(const ModelCard& card, const std::vector<Image>& chips, std::size_t conditions,
                   int threads, EmbeddingMatrix& vectors) {
  std::atomic<std::size_t> next = 0;
  const auto start = Clock::now();
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      const auto model = load_embedder(card);
      for (std::size_t i = next++; i < conditions; i = next++) {
        EmbeddingMatrix found = embed(*model, card, chips);
        if (i == 0) vectors = std::move(found);
      }
    });
  workers.clear();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

EmbeddingMatrix clean_rows(const Experiment& experiment, const Store& store) {
  const EmbeddingTable table = load_table(experiment, store, 0, 0, 1);
  EmbeddingMatrix rows(0, experiment.cards.front().dim);
  for (std::size_t row = 0; row < table.status.size(); ++row) {
    if (table.status[row] != Status::ok) continue;
    rows.conservativeResize(rows.rows() + 1, Eigen::NoChange);
    rows.row(rows.rows() - 1) = table.vectors.row(static_cast<Eigen::Index>(row));
  }
  return rows;
}

/// Prints one line; false when the result is wrong or the pipeline costs too much.
bool measure(const std::filesystem::path& folder, const std::string& model) {
  const Suite suite = suite_of(folder, model);
  const Store store(folder / "store");
  const Experiment experiment = prepare_experiment(suite, {}, store);  // acquisition is stored: warm
  const RunResult run = run_suite(suite, {}, store);
  const auto& execution = run.record.execution;
  const double wall = execution["embedding_s"].get<double>();
  EmbeddingMatrix alone_vectors;
  const double alone = embed_alone(experiment.cards.front(), clean_chips(experiment),
                                   suite.conditions.size(), worker_count(0), alone_vectors);
  const auto passes = execution["forward_passes"].get<double>();
  if (clean_rows(experiment, store) != alone_vectors) {
    fmt::print("{:<12} WRONG: the suite's clean vectors are not the model's\n", model);
    return false;
  }
  fmt::print(
      "{:<12} {:>6.0f} embeddings: suite {:6.2f} s ({:5.0f}/s), model alone {:6.2f} s ({:5.0f}/s), "
      "ratio {:.3f}, peak memory {:.0f} MB\n",
      model, passes, wall, passes / wall, alone, passes / alone, wall / alone,
      execution["peak_memory_bytes"].get<double>() / 1e6);
  return model == "null_model" || wall <= kLimit * alone;
}

bool is_here(const std::string& model) {
  const ModelCard card = find_model_card(model);
  return std::all_of(card.files.begin(), card.files.end(), is_fetched);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> models(argv + 1, argv + argc);
  if (models.empty()) {
    models = {"null_model"};
    if (is_here("dlib_resnet")) models.emplace_back("dlib_resnet");
  }
  const robench::test::ScratchFolder folder;
  write_heads(folder.path() / "heads");
  bool good = true;
  for (const auto& model : models) good = measure(folder.path(), model) && good;
  return good ? 0 : 1;
}
