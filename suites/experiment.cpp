// SPDX-License-Identifier: Apache-2.0
#include "suites/experiment.h"

#include <algorithm>
#include <atomic>
#include <map>

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "models/face_quality.h"
#include "models/pixel_pipeline.h"
#include "reports/sample_words.h"
#include "suites/calibrate.h"
#include "suites/copied_photographs.h"
#include "suites/donors.h"
#include "suites/interrupt.h"
#include "suites/photograph.h"
#include "suites/probe_picture.h"
#include "suites/progress.h"
#include "suites/suite_groups.h"

namespace robench {
namespace {

constexpr std::size_t kAcquisitionShard = 256;

using DetectorPerThread = tbb::enumerable_thread_specific<std::unique_ptr<Detector>>;

const Detector& local_detector(DetectorPerThread& detectors, const std::string& name) {
  auto& detector = detectors.local();
  if (!detector) detector = make_detector(name);
  return *detector;
}

std::string policy_text(const AcquisitionPolicy& policy) {
  // 2: a doubtful box of the detector before the box in the middle
  const char* version = policy.no_face == NoFace::centre_box ? "/2" : "";
  return fmt::format("{}/{}{}", to_string(policy.choice), to_string(policy.no_face), version);
}

std::string box_text(const Box& box) {
  return fmt::format("{} {} {} {}", box.x, box.y, box.width, box.height);
}

std::string points_text(const Landmarks& landmarks) {
  std::string text;
  for (const auto& point : landmarks.points) text += fmt::format("{} {} ", point.x, point.y);
  return text;
}

std::string acquisition_digest(const Experiment& experiment, std::size_t first, std::size_t last) {
  KeyBuilder key;
  key.add("what", "acquisition").add("version", kPixelPipelineVersion);
  key.add("detector", experiment.detector_identity).add("policy", policy_text(experiment.policy));
  for (std::size_t row = first; row < last; ++row) {
    const Sample& sample = experiment.data.samples[row];
    key.add("photo", experiment.photo_sha256[row]);
    if (sample.box) key.add("box", box_text(*sample.box));
    if (sample.landmarks) key.add("landmarks", points_text(*sample.landmarks));
  }
  return key.digest();
}

AcquiredFace acquire(const Sample& sample, const Detector& detector, const AcquisitionPolicy& policy) {
  const auto photograph = photograph_of(sample);
  if (const auto* reason = std::get_if<std::string>(&photograph))
    return {Status::undecodable, *reason, {}};
  return acquire_face(sample, std::get<Image>(photograph), detector, policy);
}

void acquire_faces(Experiment& experiment, const Store& store) {
  const auto& samples = experiment.data.samples;
  experiment.faces.resize(samples.size());
  DetectorPerThread detectors;
  Progress progress("acquiring", static_cast<std::int64_t>(samples.size()), "faces");
  for (std::size_t first = 0; first < samples.size(); first += kAcquisitionShard) {
    const std::size_t last = std::min(first + kAcquisitionShard, samples.size());
    const std::string key = acquisition_digest(experiment, first, last);
    auto stored = store.load_faces(key);
    if (stored && stored->size() == last - first) {
      std::move(stored->begin(), stored->end(),
                experiment.faces.begin() + static_cast<std::ptrdiff_t>(first));
      experiment.acquisitions_from_store += static_cast<std::int64_t>(last - first);
      progress.advance(static_cast<std::int64_t>(last - first));
      continue;
    }
    tbb::parallel_for(first, last, [&](std::size_t row) {
      if (interrupt_requested()) return;
      const Detector& detector = local_detector(detectors, experiment.policy.detector);
      experiment.faces[row] = acquire(samples[row], detector, experiment.policy);
      progress.advance();
    });
    if (interrupt_requested()) throw Interrupted();
    store.save_faces(key, {experiment.faces.begin() + static_cast<std::ptrdiff_t>(first),
                           experiment.faces.begin() + static_cast<std::ptrdiff_t>(last)});
  }
}

/// All faces of one photograph, stored by the photograph's own hash.
std::vector<AcquiredFace> faces_in_photo(const Sample& photo, const std::string& sha, const Store& store,
                                         const Experiment& experiment, DetectorPerThread& detectors) {
  KeyBuilder key;
  key.add("what", "all faces").add("version", kPixelPipelineVersion);
  key.add("detector", experiment.detector_identity).add("photo", sha);
  if (auto stored = store.load_faces(key.digest())) return *stored;
  const auto picture = photograph_of(photo);
  std::vector<AcquiredFace> found;
  if (const auto* image = std::get_if<Image>(&picture)) {
    const Detector& detector = local_detector(detectors, experiment.policy.detector);
    for (Face& face : detector.detect(*image)) found.push_back({Status::ok, "", face});
  }
  store.save_faces(key.digest(), found);
  return found;
}

/// Probes bring their landmarks: no detector takes part, so that its update makes no other run of them.
void take_probes(Experiment& experiment) {
  for (const Condition& condition : experiment.suite.conditions)
    if (condition.stage == Stage::capture)
      throw ConfigError({{experiment.suite.data.place, "no detector finds a face in generated probes",
                          "write 'stage: crop'", ""}});
  experiment.detector_identity = kDetectorOfProbes;
  for (const Sample& sample : experiment.data.samples) {
    AcquiredFace acquired;
    acquired.face.box = {0, 0, kProbeSidePx, kProbeSidePx};
    acquired.face.landmarks = *sample.landmarks;
    experiment.faces.push_back(acquired);
  }
}

/// One sample per face found, numbered from image left to right; a photograph without any keeps one
/// row, so that its failure is counted.
void make_every_face_a_sample(Experiment& experiment, const Store& store) {
  const std::vector<Sample> photos = std::move(experiment.data.samples);
  const auto hashes = std::move(experiment.photo_sha256);
  std::vector<std::vector<AcquiredFace>> found(photos.size());
  DetectorPerThread detectors;
  Progress progress("detecting", static_cast<std::int64_t>(photos.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, photos.size(), [&](std::size_t row) {
    if (interrupt_requested()) return;
    found[row] = faces_in_photo(photos[row], hashes[row], store, experiment, detectors);
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  experiment.data.samples.clear();
  experiment.photo_sha256.clear();
  for (std::size_t row = 0; row < photos.size(); ++row) {
    std::stable_sort(
        found[row].begin(), found[row].end(),
        [](const AcquiredFace& a, const AcquiredFace& b) { return a.face.box.x < b.face.box.x; });
    for (std::size_t k = 0; k < std::max<std::size_t>(1, found[row].size()); ++k) {
      Sample sample = photos[row];
      if (found[row].size() > 1) sample.id += fmt::format("#{}", k);
      if (sample.subject == photos[row].id) sample.subject = sample.id;
      if (k < found[row].size()) {
        sample.box = found[row][k].face.box;
        sample.landmarks = found[row][k].face.landmarks;
      }
      experiment.data.samples.push_back(std::move(sample));
      experiment.photo_sha256.push_back(hashes[row]);
    }
  }
}

/// Acquired faces, evenly over the rows, as far as kCalibrationFaces go.
std::vector<CalibrationFace> calibration_faces(const Experiment& experiment) {
  std::vector<std::size_t> acquired;
  for (std::size_t row = 0; row < experiment.faces.size(); ++row)
    if (experiment.faces[row].status == Status::ok) acquired.push_back(row);
  const std::size_t count = std::min(acquired.size(), kCalibrationFaces);
  std::vector<CalibrationFace> faces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = acquired[i * acquired.size() / count];
    const auto photograph = photograph_of(experiment.data.samples[row]);
    if (const auto* image = std::get_if<Image>(&photograph))
      if (auto crop = crop_face(*image, experiment.faces[row].face.landmarks))
        faces.push_back({experiment.data.samples[row].id, std::move(*crop)});
  }
  return faces;
}

/// What a shard's embeddings depend on besides model and condition: which faces, in which order.
std::string shard_digest(const Experiment& experiment, std::size_t shard) {
  KeyBuilder key;
  const auto [first, last] = shard_rows(experiment, shard);
  for (std::size_t row = first; row < last; ++row) {
    const Sample& sample = experiment.data.samples[row];
    const AcquiredFace& face = experiment.faces[row];
    key.add("sample", sample.id).add("photo", experiment.photo_sha256[row]);
    key.add("status", to_string(face.status));
    if (face.status == Status::ok) key.add("landmarks", points_text(face.face.landmarks));
    if (sample.box) key.add("box", box_text(*sample.box));
  }
  return key.digest();
}

/// All that Donors decides by: every face there is, and who and where it was photographed.
std::string donors_digest(const Experiment& experiment) {
  KeyBuilder key;
  key.add("version", kDonorVersion);
  for (const std::string& shard : experiment.shard_digests) key.add("shard", shard);
  for (std::size_t row = 0; row < experiment.data.samples.size(); ++row) {
    const Sample& sample = experiment.data.samples[row];
    key.add("subject", sample.subject).add("photograph", sample.photograph);
    key.add("fallback", experiment.faces[row].face.fallback_box ? "yes" : "no");
  }
  return key.digest();
}

}  // namespace

Experiment prepare_experiment(const Suite& suite, const RunOptions& options, const Store& store) {
  Experiment experiment;
  experiment.suite = suite;
  for (const auto& name : suite.models) {
    experiment.cards.push_back(find_model_card(name));
    experiment.model_hashes.push_back(model_hash(experiment.cards.back()));
  }
  experiment.data = limited(read_data_set(suite.data), options.limit, suite.seed);
  require_group_columns(suite, experiment.data);
  experiment.policy = {suite.detector, suite.face_choice.value_or(experiment.data.default_choice),
                       suite.no_face.value_or(experiment.data.default_no_face)};
  experiment.photo_sha256 = hash_photographs(experiment.data.samples);
  join_copied_photographs(experiment.data, experiment.photo_sha256);
  if (is_of_probes(suite)) {
    take_probes(experiment);
  } else {
    experiment.detector_identity = make_detector(suite.detector)->identity();
    if (experiment.data.every_face_is_a_sample && !suite.face_choice)
      make_every_face_a_sample(experiment, store);
    acquire_faces(experiment, store);
  }
  if (suite.calibration)
    experiment.calibration_notes = calibrate_conditions(experiment.suite, calibration_faces(experiment));
  for (std::size_t shard = 0; shard < shard_count(experiment); ++shard)
    experiment.shard_digests.push_back(shard_digest(experiment, shard));
  require_donors(experiment);
  experiment.donors_digest = donors_digest(experiment);
  return experiment;
}

std::size_t batch_size(const Experiment& experiment) {
  const bool external = std::any_of(experiment.cards.begin(), experiment.cards.end(),
                                    [](const ModelCard& card) { return card.backend == "external"; });
  return external ? kExternalBatchSize : kBatchSize;
}

std::size_t shard_count(const Experiment& experiment) {
  return (experiment.data.samples.size() + kShardSize - 1) / kShardSize;
}

std::pair<std::size_t, std::size_t> shard_rows(const Experiment& experiment, std::size_t shard) {
  const std::size_t first = shard * kShardSize;
  return {first, std::min(first + kShardSize, experiment.data.samples.size())};
}

std::string unit_digest(const Experiment& experiment, const UnitKey& unit) {
  const Condition& condition = experiment.suite.conditions[unit.condition];
  const bool capture = condition.stage == Stage::capture && !condition.is_clean();
  KeyBuilder key;
  key.add("what", "embeddings").add("version", kPixelPipelineVersion);
  key.add("model", experiment.model_hashes[unit.model])
      .add("card", experiment.cards[unit.model].text_sha256);
  key.add("batch", std::to_string(batch_size(experiment)));
  if (experiment.suite.crop_px) key.add("crop_px", std::to_string(*experiment.suite.crop_px));
  key.add("condition", condition.is_clean() ? "clean" : condition.pixel_key());
  if (condition.is_clean()) key.add("face_quality", std::to_string(kFaceQualityVersion));
  if (condition.is_random() && !condition.is_clean())
    key.add("seed", std::to_string(experiment.suite.seed))
        .add("repetition", std::to_string(unit.repetition));
  if (capture)
    key.add("detector", experiment.detector_identity)
        .add("policy", policy_text(experiment.policy))
        .add("landmarks", "stored");
  if (condition.needs_other_face()) {
    key.add("donors", experiment.donors_digest);
  }
  key.add("samples", experiment.shard_digests[unit.shard]);
  return key.digest();
}

}  // namespace robench
