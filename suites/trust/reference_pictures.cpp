// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/reference_pictures.h"

#include <atomic>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "suites/crop_shelf.h"
#include "suites/interrupt.h"
#include "suites/progress.h"

namespace robench {
namespace {

class ReferenceReader {
 public:
  ReferenceReader(const Experiment& experiment, const std::vector<Condition>& conditions)
      : experiment_(experiment), conditions_(conditions), readers_([this] {
          return FaceReader(experiment_.cards[0], ensemble_, experiment_.policy.detector);
        }) {
    for (const Condition& condition : conditions_)
      prepared_.emplace_back(condition, experiment_.suite.seed);
  }

  /// The clean reading, then one per draw in which the face was found.
  std::vector<ReferencePicture> read(std::size_t row, int draws) {
    const auto photograph = photograph_of(experiment_, row);
    if (!photograph) return {};
    FaceReader& reader = readers_.local();
    std::vector<ReferencePicture> pictures;
    add(pictures, row, "clean", reader.read(*photograph, experiment_.faces[row].face, 0));
    for (int draw = 1; draw <= draws && !pictures.empty(); ++draw) {
      const std::size_t c = drawn_condition(row, draw);
      const Frame frame(experiment_.faces[row].face.landmarks);
      const Perturbed result =
          prepared_[c].apply(*photograph, frame, experiment_.data.samples[row].id, draw);
      const AcquiredFace found = found_again(experiment_, row, result, reader.detector());
      if (found.status == Status::ok)
        add(pictures, row, conditions_[c].label(), reader.read(result.image, found.face, 0));
    }
    return pictures;
  }

 private:
  static void add(std::vector<ReferencePicture>& pictures, std::size_t row, std::string condition,
                  FaceReading reading) {
    if (reading.ok()) pictures.push_back({row, std::move(condition), std::move(reading)});
  }

  [[nodiscard]] std::size_t drawn_condition(std::size_t row, int draw) const {
    const RandomStream stream(experiment_.suite.seed, "trust calibration", "",
                              experiment_.data.samples[row].id, draw);
    return stream.block(0)[0] % conditions_.size();
  }

  const Experiment& experiment_;
  const std::vector<Condition>& conditions_;
  std::vector<PreparedCondition> prepared_;
  PerturbationEnsemble ensemble_;
  tbb::enumerable_thread_specific<FaceReader> readers_;
};

}  // namespace

AcquiredFace found_again(const Experiment& experiment, std::size_t row, const Perturbed& perturbed,
                         const Detector& detector) {
  Sample sample = experiment.data.samples[row];
  sample.landmarks.reset();  // given landmarks belong to the clean picture
  AcquisitionPolicy policy = experiment.policy;
  policy.no_face = NoFace::fail;
  AcquiredFace found = acquire_face(sample, perturbed.image, detector, policy);
  if (found.status == Status::ok && is_wrong_face(*perturbed.landmarks, found.face.landmarks))
    found.status = Status::wrong_face;
  return found;
}

ReferencePictures read_reference(const Experiment& experiment, const std::vector<Condition>& conditions,
                                 int draws, const std::vector<bool>& perturb) {
  ReferenceReader reader(experiment, conditions);
  std::vector<std::vector<ReferencePicture>> by_row(experiment.data.samples.size());
  std::atomic<std::int64_t> lost = 0;
  Progress progress("reading", static_cast<std::int64_t>(by_row.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, by_row.size(), [&](std::size_t row) {
    if (interrupt_requested()) return;
    if (experiment.faces[row].status == Status::ok) {
      const int wanted = perturb[row] ? draws : 0;
      by_row[row] = reader.read(row, wanted);
      lost += 1 + wanted - static_cast<std::int64_t>(by_row[row].size());
    }
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  ReferencePictures all;
  all.not_found_again = lost;
  for (auto& of_row : by_row) std::move(of_row.begin(), of_row.end(), std::back_inserter(all.pictures));
  return all;
}

}  // namespace robench
