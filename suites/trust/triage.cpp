// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/triage.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "metrics/multiple_testing.h"
#include "perturb/error.h"
#include "suites/interrupt.h"
#include "suites/photograph.h"
#include "suites/progress.h"
#include "suites/trust/repairs.h"
#include "suites/trust/triage_words.h"

namespace robench {
namespace {

/// Where scores are cosines each counts by its direction alone, as in a template of several photographs.
Eigen::RowVectorXf mean_vector(const Eigen::RowVectorXf& a, const Eigen::RowVectorXf& b,
                               Comparison comparison) {
  if (comparison == Comparison::cosine) return (a.normalized() + b.normalized()) / 2;
  return (a + b) / 2;
}

class Triage {
 public:
  Triage(const DataSet& data, const ModelCard& card, const TrustCalibration& calibration,
         const TriageRequest& request)
      : data_(data),
        request_(request),
        comparison_(calibration.comparison),
        judge_(calibration),
        readers_([this, &card] { return FaceReader(card, ensemble_, request_.policy.detector); }) {}

  std::vector<TriageRow> photograph(std::size_t sample) {
    const auto picture = photograph_of(data_.samples[sample]);
    if (const auto* reason = std::get_if<std::string>(&picture))
      return {without_face(sample, Status::undecodable, *reason)};
    const Image& photograph = std::get<Image>(picture);
    FaceReader& reader = readers_.local();
    std::vector<Face> faces = reader.detector().detect(photograph);
    if (!data_.every_face_is_a_sample) return {meant_face(sample, photograph, faces, reader)};
    if (faces.empty()) return {found_on_its_side(sample, photograph, reader)};
    std::stable_sort(faces.begin(), faces.end(),
                     [](const Face& a, const Face& b) { return a.box.x < b.box.x; });
    std::vector<TriageRow> rows;
    for (std::size_t i = 0; i < faces.size(); ++i)
      rows.push_back(judged(sample, photograph, faces, i, reader));
    return rows;
  }

 private:
  static TriageRow without_face(std::size_t sample, Status status, std::string reason) {
    TriageRow row;
    row.sample = sample;
    row.reading.status = status;
    row.reading.reason = std::move(reason);
    row.reading.quality = assess_quality(std::nullopt);
    return row;
  }

  /// The data says which face is meant.
  TriageRow meant_face(std::size_t sample, const Image& photograph, std::vector<Face>& faces,
                       FaceReader& reader) const {
    const Sample& meant = data_.samples[sample];
    const AcquiredFace face =
        meant.landmarks ? acquire_face(meant, photograph, reader.detector(), request_.policy)
                        : choose_face(meant, faces, photograph, reader.detector(), request_.policy);
    if (face.status != Status::ok) {
      TriageRow row = without_face(sample, face.status, face.reason);
      row.faces = static_cast<int>(faces.size());
      return row;
    }
    const auto same =
        std::find_if(faces.begin(), faces.end(), [&](const Face& f) { return f.box == face.face.box; });
    if (same == faces.end()) return judged(sample, photograph, {face.face}, 0, reader);
    return judged(sample, photograph, faces, static_cast<std::size_t>(same - faces.begin()), reader);
  }

  /// No face: the file may have lost its orientation. Then the photograph is to be turned.
  TriageRow found_on_its_side(std::size_t sample, const Image& photograph, FaceReader& reader) {
    if (request_.repairs) {
      for (const int degrees : {90, 270, 180}) {
        const Image picture = turned(photograph, degrees);
        const std::vector<Face> faces = reader.detector().detect(picture);
        if (faces.empty()) continue;
        TriageRow row = judged(sample, picture, faces, 0, reader);
        row.turned_degrees = degrees;
        if (row.decision == Decision::keep) row.decision = Decision::salvage;
        return row;
      }
    }
    return without_face(sample, Status::no_face, "no face found");
  }

  TriageRow judged(std::size_t sample, const Image& photograph, const std::vector<Face>& faces,
                   std::size_t face, FaceReader& reader) const {
    TriageRow row;
    row.sample = sample;
    row.face = static_cast<int>(face);
    row.faces = static_cast<int>(faces.size());
    row.found = faces[face];
    row.reading = reader.read(photograph, faces[face], rival_area(faces, face));
    if (!row.reading.ok()) return row;
    row.judgement = judge_.judge(row.reading);
    if (row.judgement.p_usable >= request_.keep) {
      row.decision = Decision::keep;
    } else if (request_.repairs) {
      row.repair = best_repair(photograph, row, reader);
      if (row.repair && row.repair->judgement.p_usable >= request_.keep)
        row.decision = Decision::salvage;
    }
    return row;
  }

  /// More probably usable, and a narrower band of drift. Not of the score: that band is narrow among bad
  /// pictures too, whose scores lie together at the low end, and hardly depends on the picture.
  static bool helps(const TrustJudgement& before, const TrustJudgement& after) {
    return after.p_usable > before.p_usable && after.drift.high < before.drift.high;
  }

  std::optional<RepairedFace> best_repair(const Image& photograph, const TriageRow& row,
                                          FaceReader& reader) const {
    // A detector is not as sure of a part of a photograph as of the whole: what counts is the change.
    const auto window = found_again(window_around(photograph, row.found), reader.detector());
    if (!window) return std::nullopt;
    const double of_part = row.found.detection_confidence - window->face.detection_confidence;
    std::optional<RepairedFace> best;
    for (const Repair& repair : repairs()) {
      if (!repair.wanted(row.reading)) continue;
      auto mended = repair.apply(*window, reader.detector());
      if (!mended) continue;
      mended->face.detection_confidence += of_part;
      const FaceReading reading = reader.read(mended->picture, mended->face, 0);
      if (!reading.ok()) continue;
      const TrustJudgement after = judge_.judge(reading, false);
      if (!helps(row.judgement, after)) continue;
      if (!best || after.p_usable > best->judgement.p_usable)
        best = RepairedFace{repair.name, repair.done, after,
                            mean_vector(row.reading.vector, reading.vector, comparison_)};
    }
    return best;
  }

  const DataSet& data_;
  TriageRequest request_;
  Comparison comparison_;
  TrustJudge judge_;
  PerturbationEnsemble ensemble_;
  tbb::enumerable_thread_specific<FaceReader> readers_;
};

void adjust_flags(std::vector<TriageRow>& rows) {
  std::vector<double> capture;
  std::vector<double> population;
  for (const TriageRow& row : rows) {
    const double capture_p = row.judgement.capture_p;
    capture.push_back(capture_p);
    // A face that cannot be seen well says nothing of its population (flag_of()).
    population.push_back(capture_p <= kFlagRate ? std::nan("") : row.judgement.population_p);
  }
  capture = benjamini_hochberg(capture);
  population = benjamini_hochberg(population);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].capture_p_adjusted = capture[i];
    rows[i].population_p_adjusted = population[i];
  }
}

}  // namespace

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::keep:
      return "keep";
    case Decision::salvage:
      return "salvage";
    case Decision::discard:
      return "discard";
  }
  ROBENCH_ASSERT(false && "a decision without a name");
  return {};
}

std::vector<TriageRow> triage(const DataSet& data, const ModelCard& card,
                              const TrustCalibration& calibration, const TriageRequest& request) {
  Triage run(data, card, calibration, request);
  std::vector<std::vector<TriageRow>> by_photograph(data.samples.size());
  Progress progress("triage", static_cast<std::int64_t>(by_photograph.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, by_photograph.size(), [&](std::size_t sample) {
    if (interrupt_requested()) return;
    by_photograph[sample] = run.photograph(sample);
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  std::vector<TriageRow> rows;
  for (auto& of_photograph : by_photograph)
    std::move(of_photograph.begin(), of_photograph.end(), std::back_inserter(rows));
  adjust_flags(rows);
  for (TriageRow& row : rows) row.reason = reason_in_words(row, calibration, request.keep);
  return rows;
}

std::vector<std::size_t> by_trust(const std::vector<TriageRow>& rows) {
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto trust = [&](std::size_t i) {
    const TriageRow& row = rows[i];
    const double p = row.decision == Decision::salvage && row.repair ? row.repair->judgement.p_usable
                                                                     : row.judgement.p_usable;
    return std::pair(-static_cast<int>(row.decision), row.ok() ? p : -1.0);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return trust(a) > trust(b); });
  return order;
}

}  // namespace robench
