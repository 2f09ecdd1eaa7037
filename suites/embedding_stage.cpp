// SPDX-License-Identifier: Apache-2.0
#include "suites/embedding_stage.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include <tbb/parallel_pipeline.h>

#include "models/averaging.h"
#include "models/embedder.h"
#include "models/pending_vectors.h"
#include "perturb/error.h"
#include "suites/donors.h"
#include "suites/interrupt.h"
#include "suites/perturbed_face.h"
#include "suites/progress.h"
#include "suites/stopwatch.h"
#include "suites/worker_pool.h"

namespace robench {
namespace {

/// One batch of one job on its way through the pipeline.
struct Batch {
  const Job* job = nullptr;
  std::vector<std::size_t> rows;
  std::vector<PerturbedFace> faces;      // per row, without their pixels
  std::vector<bool> embedded;            // per row
  std::vector<EmbeddingMatrix> vectors;  // per model of the job, embedded rows in order
  std::vector<std::string> pending;  // per model of the job: why its vectors are not there yet, or ""
  bool completes_job = false;
};

class ShardRun {
 public:
  ShardRun(const Experiment& experiment, const Donors& donors, std::size_t shard,
           std::vector<const Job*> jobs, const Store& store, WorkerPool& workers, Progress& progress)
      : experiment_(experiment),
        shard_(shard),
        jobs_(std::move(jobs)),
        store_(store),
        workers_(workers),
        progress_(progress),
        perturber_(experiment, donors, shard) {
    for (const Job* job : jobs_)
      conditions_.emplace_back(experiment.suite.conditions[job->condition], experiment.suite.seed);
    make_batches();
  }

  void run(int threads) {
    std::size_t next = 0;
    const auto tokens = 2 * static_cast<std::size_t>(threads);
    tbb::parallel_pipeline(
        tokens, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order,
                                                    [&](tbb::flow_control& flow) -> std::size_t {
                                                      if (next == jobs_.size() * batches_.size() ||
                                                          interrupt_requested()) {
                                                        flow.stop();
                                                        return 0;
                                                      }
                                                      return next++;
                                                    }) &
                    tbb::make_filter<std::size_t, std::shared_ptr<Batch>>(
                        tbb::filter_mode::parallel, [&](std::size_t index) { return work(index); }) &
                    tbb::make_filter<std::shared_ptr<Batch>, void>(
                        tbb::filter_mode::serial_in_order,
                        [&](const std::shared_ptr<Batch>& batch) { collect(*batch); }));
    if (interrupt_requested()) throw Interrupted();
  }

  /// Why vectors of a model are missing; "" = all are there.
  [[nodiscard]] const std::string& why_pending() const { return why_pending_; }

 private:
  void make_batches() {
    const auto [first, last] = shard_rows(experiment_, shard_);
    batches_.emplace_back();
    for (std::size_t row = first; row < last; ++row) {
      if (experiment_.faces[row].status != Status::ok) continue;
      if (batches_.back().size() == batch_size(experiment_)) batches_.emplace_back();
      batches_.back().push_back(row);
    }
  }

  std::shared_ptr<Batch> work(std::size_t index) {
    auto batch = std::make_shared<Batch>();
    const std::size_t job_index = index / batches_.size();
    batch->job = jobs_[job_index];
    batch->rows = batches_[index % batches_.size()];
    batch->completes_job = index % batches_.size() + 1 == batches_.size();
    auto worker = workers_.borrow();
    fill(*batch, conditions_[job_index], *worker);
    workers_.give_back(std::move(worker));
    progress_.advance(static_cast<std::int64_t>(batch->rows.size() * batch->job->models.size()));
    return batch;
  }

  void fill(Batch& batch, const PreparedCondition& condition, Worker& worker) const {
    const auto& models = batch.job->models;
    std::vector<std::vector<Image>> chips(models.size());
    for (const std::size_t row : batch.rows) {
      PerturbedFace face = perturber_.perturb(row, *batch.job, condition, worker);
      batch.embedded.push_back(face.pixels.has_value());
      if (face.pixels) {
        const Stopwatch watch(worker.seconds.align);
        for (std::size_t m = 0; m < models.size(); ++m)
          chips[m].push_back(
              align_chip(*face.pixels, face.landmarks, experiment_.cards[models[m]].align));
      }
      face.pixels.reset();
      batch.faces.push_back(std::move(face));
    }
    for (std::size_t m = 0; m < models.size(); ++m) {
      batch.pending.emplace_back();
      try {
        batch.vectors.push_back(embed(chips[m], models[m], worker));
      } catch (const PendingVectors& waiting) {
        batch.vectors.emplace_back();
        batch.pending.back() = waiting.what();
      }
    }
  }

  EmbeddingMatrix embed(const std::vector<Image>& chips, std::size_t model, Worker& worker) const {
    const ModelCard& card = experiment_.cards[model];
    auto& embedder = worker.embedders[model];
    if (!embedder) embedder = load_embedder(card);
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), card.dim);
    double seconds = 0;
    {
      const Stopwatch watch(seconds);
      const auto step = static_cast<std::size_t>(std::max(1, card.batch));
      for (std::size_t first = 0; first < chips.size(); first += step) {
        const std::size_t count = std::min(step, chips.size() - first);
        vectors.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) =
            embedder->embed(std::span(chips).subspan(first, count));
      }
    }
    worker.seconds.embed += seconds;
    worker.seconds.embed_of_model[model] += seconds;
    return vectors;
  }

  void collect(const Batch& batch) {
    if (tables_.empty()) start_tables(*batch.job);
    const std::size_t first = shard_rows(experiment_, shard_).first;
    for (std::size_t m = 0; m < tables_.size(); ++m) {
      if (!batch.pending[m].empty()) pending_[m] = batch.pending[m];
      if (!pending_[m].empty()) continue;
      Eigen::Index next = 0;
      for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const std::size_t row = batch.rows[i] - first;
        tables_[m].status[row] = batch.faces[i].status;
        note_origin(tables_[m], row, batch.faces[i]);
        if (!batch.embedded[i]) continue;
        const auto vector = batch.vectors[m].row(next++);
        if (vector.allFinite())
          tables_[m].vectors.row(static_cast<Eigen::Index>(row)) = vector;
        else if (batch.faces[i].status == Status::ok)
          tables_[m].status[row] = Status::non_finite_embedding;
      }
    }
    if (!batch.completes_job) return;
    for (std::size_t m = 0; m < tables_.size(); ++m) {
      if (pending_[m].empty()) store_.save_embeddings(batch.job->digests[m], tables_[m]);
      if (!pending_[m].empty()) why_pending_ = pending_[m];
    }
    tables_.clear();
  }

  static void note_origin(EmbeddingTable& table, std::size_t row, const PerturbedFace& face) {
    if (face.intruder) {
      table.intruder.resize(table.size(), EmbeddingTable::kNoIntruder);
      table.intruder[row] = static_cast<std::int64_t>(*face.intruder);
    }
    note_number(table.covered_fraction, table.size(), row, face.covered_fraction);
    note_number(table.calibration_residual, table.size(), row, face.calibration_residual);
    if (face.found_again) {
      table.landmarks.resize(table.size());
      table.landmarks[row] = face.landmarks;
    }
    if (!face.quality) return;
    note_number(table.brightness, table.size(), row, face.quality->brightness);
    note_number(table.sharpness, table.size(), row, face.quality->sharpness);
  }

  static void note_number(std::vector<float>& column, std::size_t rows, std::size_t row,
                          std::optional<double> number) {
    if (!number) return;
    column.resize(rows, EmbeddingTable::kNotMeasured);
    column[row] = static_cast<float>(*number);
  }

  void start_tables(const Job& job) {
    const auto [first, last] = shard_rows(experiment_, shard_);
    for (const std::size_t model : job.models) {
      EmbeddingTable table;
      table.vectors =
          EmbeddingMatrix::Zero(static_cast<Eigen::Index>(last - first), experiment_.cards[model].dim);
      for (std::size_t row = first; row < last; ++row)
        table.status.push_back(experiment_.faces[row].status);
      tables_.push_back(std::move(table));
    }
    pending_.assign(job.models.size(), {});
  }

  const Experiment& experiment_;
  std::size_t shard_;
  std::vector<const Job*> jobs_;
  const Store& store_;
  WorkerPool& workers_;
  Progress& progress_;
  FacePerturber perturber_;
  std::vector<PreparedCondition> conditions_;      // per job
  std::vector<std::vector<std::size_t>> batches_;  // rows with a face, in order
  std::vector<EmbeddingTable> tables_;             // per model of the job being collected
  std::vector<std::string> pending_;               // likewise: not empty when vectors are missing
  std::string why_pending_;                        // of any job
};

std::int64_t acquired_in_shard(const Experiment& experiment, std::size_t shard) {
  const auto [first, last] = shard_rows(experiment, shard);
  return std::count_if(experiment.faces.begin() + static_cast<std::ptrdiff_t>(first),
                       experiment.faces.begin() + static_cast<std::ptrdiff_t>(last),
                       [](const AcquiredFace& face) { return face.status == Status::ok; });
}

}  // namespace

Workload missing_work(const Experiment& experiment, const Store& store) {
  Workload workload;
  workload.vectors_of_model.resize(experiment.cards.size());
  workload.forward_passes_of_model.resize(experiment.cards.size());
  std::set<std::string> planned;
  for (std::size_t shard = 0; shard < shard_count(experiment); ++shard) {
    const std::int64_t faces = acquired_in_shard(experiment, shard);
    for (std::size_t condition = 0; condition < experiment.suite.conditions.size(); ++condition) {
      for (int repetition = 1; repetition <= experiment.suite.repetitions; ++repetition) {
        Job job{shard, condition, repetition, {}, {}};
        for (std::size_t model = 0; model < experiment.cards.size(); ++model) {
          const std::string digest = unit_digest(experiment, {shard, condition, repetition, model});
          if (!planned.insert(digest).second) continue;
          if (store.has_embeddings(digest)) {
            ++workload.units_in_store;
            continue;
          }
          job.models.push_back(model);
          job.digests.push_back(digest);
          const std::int64_t passes = faces * passes_per_face(experiment.cards[model]);
          workload.vectors += faces;
          workload.vectors_of_model[model] += faces;
          workload.forward_passes += passes;
          workload.forward_passes_of_model[model] += passes;
        }
        if (!job.models.empty()) workload.jobs.push_back(std::move(job));
      }
    }
  }
  return workload;
}

StageSeconds embed_all(const Experiment& experiment, const Workload& workload, const Store& store,
                       int threads) {
  const Donors donors(experiment);
  WorkerPool workers(experiment);
  Progress progress("embedding", workload.vectors, "vectors");
  std::string pending;
  for (std::size_t shard = 0; shard < shard_count(experiment); ++shard) {
    std::vector<const Job*> jobs;
    for (const Job& job : workload.jobs)
      if (job.shard == shard) jobs.push_back(&job);
    if (jobs.empty()) continue;
    ShardRun run(experiment, donors, shard, std::move(jobs), store, workers, progress);
    run.run(threads);
    if (!run.why_pending().empty()) pending = run.why_pending();
  }
  if (!pending.empty()) throw EnvironmentError(pending);
  return workers.total();
}

EmbeddingTable load_table(const Experiment& experiment, const Store& store, std::size_t model,
                          std::size_t condition, int repetition) {
  EmbeddingTable all;
  all.vectors.resize(static_cast<Eigen::Index>(experiment.data.samples.size()),
                     experiment.cards[model].dim);
  all.status.resize(experiment.data.samples.size());
  for (std::size_t shard = 0; shard < shard_count(experiment); ++shard) {
    const auto part =
        store.load_embeddings(unit_digest(experiment, {shard, condition, repetition, model}));
    const auto [first, last] = shard_rows(experiment, shard);
    if (!part || part->size() != last - first)
      throw EnvironmentError("stored embeddings have vanished or are damaged: " + store.root().string(),
                             "run the same command again; what is missing is computed anew");
    all.set_rows(first, *part);
  }
  return all;
}

}  // namespace robench
