// SPDX-License-Identifier: Apache-2.0
// Samples that gave no embedding, by reason (ISO/IEC 19795-1: failure to acquire).
#include <array>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr std::array kFailures = {Status::undecodable,        Status::no_face,
                                  Status::several_faces,      Status::wrong_face,
                                  Status::unusable_landmarks, Status::non_finite_embedding};

class Acquisition : public PreparedMetric {
 public:
  explicit Acquisition(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> measures;
    measures.push_back(share(cell, "failure_to_acquire_rate", [](Status s) { return s != Status::ok; }));
    for (Status failure : kFailures) {
      Measure measure = share(cell, fmt::format("failure_to_acquire_rate:{}", to_string(failure)),
                              [failure](Status s) { return s == failure; });
      if (measure.value > 0) measures.push_back(std::move(measure));
    }
    measures.push_back(wrong_face_rate(cell));
    measures.push_back(fallback_box_count());
    return measures;
  }

 private:
  template <class Predicate>
  [[nodiscard]] Measure share(const Cell& cell, const std::string& name, const Predicate& counts) const {
    UnitMean outcomes(units_.count);
    for (const EmbeddingTable* table : cell.perturbed)
      for (std::size_t i = 0; i < table->size(); ++i)
        outcomes.add(units_.of_sample[i], counts(table->status[i]) ? 1 : 0);
    if (outcomes.n() == 0) return refused(name, "share", Better::lower, "the data has no samples");
    return rate_measure(name, Better::lower, outcomes, bootstrap_, "");
  }

  [[nodiscard]] Measure wrong_face_rate(const Cell& cell) const {
    if (cell.condition.stage == Stage::crop)
      return refused("wrong_face_rate", "share", Better::lower,
                     "stage crop: the face is not searched for again");
    return share(cell, "wrong_face_rate", [](Status s) { return s == Status::wrong_face; });
  }

  [[nodiscard]] Measure fallback_box_count() const {
    Measure measure;
    measure.name = "fallback_box_count";
    measure.value = 0;
    measure.unit = "count";
    measure.n = std::ssize(context_.data.faces);
    measure.better = Better::lower;
    measure.note = "clean photographs";
    for (const AcquiredFace& face : context_.data.faces)
      if (face.status == Status::ok && face.face.fallback_box) measure.value += 1;
    return measure;
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

MetricSpec acquisition() {
  MetricSpec spec;
  spec.name = "acquisition";
  spec.summary = "samples that gave no embedding, by reason";
  spec.measures = {
      {"failure_to_acquire_rate", "share", Better::lower, "samples without an embedding"},
      {"failure_to_acquire_rate:REASON", "share", Better::lower,
       "of them by status; a row for each status that occurs"},
      {"wrong_face_rate", "share", Better::lower, "samples for which another face was chosen"},
      {"fallback_box_count", "count", Better::lower,
       "clean faces whose landmarks were fitted in a box, because none was detected"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Acquisition>(context); };
  return spec;
}

}  // namespace robench::metrics
