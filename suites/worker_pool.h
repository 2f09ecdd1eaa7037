// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "models/embedder.h"
#include "models/face.h"
#include "suites/embedding_stage.h"

namespace robench {

/// What one worker owns: neither models nor detectors may be shared between threads.
struct Worker {
  std::vector<std::unique_ptr<Embedder>> embedders;  // by model, loaded on first use
  std::unique_ptr<Detector> detector;
  StageSeconds seconds;
};

/// Workers are made on demand and lent to one batch at a time.
class WorkerPool {
 public:
  explicit WorkerPool(const Experiment& experiment) : experiment_(experiment) {}

  std::unique_ptr<Worker> borrow() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        auto worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
      }
    }
    auto worker = std::make_unique<Worker>();
    worker->embedders.resize(experiment_.cards.size());
    worker->seconds.embed_of_model.resize(experiment_.cards.size());
    return worker;
  }

  void give_back(std::unique_ptr<Worker> worker) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(worker));
  }

  [[nodiscard]] StageSeconds total() const {
    StageSeconds sum;
    sum.embed_of_model.resize(experiment_.cards.size());
    for (const auto& worker : idle_) {
      sum.load += worker->seconds.load;
      sum.perturb += worker->seconds.perturb;
      sum.align += worker->seconds.align;
      sum.embed += worker->seconds.embed;
      for (std::size_t m = 0; m < sum.embed_of_model.size(); ++m)
        sum.embed_of_model[m] += worker->seconds.embed_of_model[m];
    }
    return sum;
  }

 private:
  const Experiment& experiment_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace robench
