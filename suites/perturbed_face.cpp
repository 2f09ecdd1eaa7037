// SPDX-License-Identifier: Apache-2.0
#include "suites/perturbed_face.h"

#include <utility>

#include "suites/stopwatch.h"

namespace robench {

PerturbedFace FacePerturber::perturb(std::size_t row, const Job& job, const PreparedCondition& condition,
                                     Worker& worker) const {
  const Condition& what = experiment_.suite.conditions[job.condition];
  if (what.stage == Stage::capture && !what.is_clean())
    return in_photograph(row, job, condition, worker);
  std::optional<FaceCrop> crop;
  {
    const Stopwatch watch(worker.seconds.load);
    crop = shelf_.crop(row);
  }
  if (!crop) return {Status::unusable_landmarks, {}, {}};
  const Stopwatch watch(worker.seconds.perturb);
  const OthersOfSample others(donors_, row);
  crop->frame.others = &others;
  std::optional<FaceQuality> quality;
  if (what.is_clean()) quality = face_quality(*crop);
  Perturbed result =
      condition.apply(crop->pixels, crop->frame, experiment_.data.samples[row].id, job.repetition);
  return {Status::ok,        std::move(result.image), *result.landmarks,           false,
          others.foremost(), result.covered_fraction, result.calibration_residual, quality};
}

/// capture stage: perturb the whole photograph and find the face again.
PerturbedFace FacePerturber::in_photograph(std::size_t row, const Job& job,
                                           const PreparedCondition& condition, Worker& worker) const {
  std::optional<Image> photograph;
  {
    const Stopwatch watch(worker.seconds.load);
    photograph = photograph_of(experiment_, row);
  }
  if (!photograph) return {Status::undecodable, {}, {}};
  const Stopwatch watch(worker.seconds.perturb);
  const OthersOfSample others(donors_, row);
  Frame frame(experiment_.faces[row].face.landmarks);
  frame.others = &others;
  const Perturbed result =
      condition.apply(*photograph, frame, experiment_.data.samples[row].id, job.repetition);
  PerturbedFace face = found_again(row, result, worker);
  face.intruder = others.foremost();
  face.covered_fraction = result.covered_fraction;
  face.calibration_residual = result.calibration_residual;
  return face;
}

PerturbedFace FacePerturber::found_again(std::size_t row, const Perturbed& perturbed,
                                         Worker& worker) const {
  if (!worker.detector) worker.detector = make_detector(experiment_.policy.detector);
  Sample sample = experiment_.data.samples[row];
  sample.landmarks.reset();  // given landmarks belong to the clean picture
  const AcquiredFace found = acquire_face(sample, perturbed.image, *worker.detector, recapture_policy());
  if (found.status != Status::ok) return {found.status, {}, {}};
  const bool wrong = is_wrong_face(*perturbed.landmarks, found.face.landmarks);
  auto crop = crop_face(perturbed.image, found.face.landmarks);
  if (!crop) return {wrong ? Status::wrong_face : Status::unusable_landmarks, {}, {}};
  // The wrong face is embedded too: it is what a system would have gone on with.
  return {wrong ? Status::wrong_face : Status::ok, std::move(crop->pixels), crop->frame.landmarks, true};
}

/// A fall-back box would hide that the perturbation broke the detector, so here it is a failure.
AcquisitionPolicy FacePerturber::recapture_policy() const {
  AcquisitionPolicy policy = experiment_.policy;
  policy.no_face = NoFace::fail;
  return policy;
}

}  // namespace robench
