// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <set>

#include <tbb/parallel_for.h>

#include "suites/donors.h"
#include "suites/perturbed_face.h"
#include "suites/trust/face_reading.h"
#include "tests/confidence/flag_alarms.h"

namespace robench::confidence {
namespace {

std::vector<int> chosen_rows(const LfwTables& lfw) {
  std::set<int> seen;
  std::vector<int> rows;
  int men = 0;
  for (std::size_t i = 0; i < lfw.subject.size(); ++i) {
    if (!seen.insert(lfw.subject[i]).second) continue;
    if (lfw.gender[i] == "female" || (lfw.gender[i] == "male" && men++ % 2 == 0))
      rows.push_back(static_cast<int>(i));
  }
  return rows;
}

Eigen::RowVectorXd measures_of(const PerturbedFace& face) {
  FaceReading reading;
  std::optional<QualityFace> seen;
  if (face.pixels)
    if (const auto crop = crop_face(*face.pixels, face.landmarks))
      seen = quality_face(*face.pixels, face.landmarks, *crop);
  reading.quality = assess_quality(seen);
  return capture_measures(reading);
}

}  // namespace

CaptureMeasures::CaptureMeasures(const LfwTables& lfw) : rows_(chosen_rows(lfw)) {
  const Experiment& experiment = lfw.experiment;
  const Donors donors(experiment);
  std::vector<std::unique_ptr<FacePerturber>> perturbers;
  for (std::size_t shard = 0; shard < shard_count(experiment); ++shard)
    perturbers.push_back(std::make_unique<FacePerturber>(experiment, donors, shard));
  for (std::size_t c = 0; c < experiment.suite.conditions.size(); ++c) {
    const Condition& condition = experiment.suite.conditions[c];
    const double severity = condition.severity().value_or(0);
    if (c > 0 && severity != 2 && severity < 4) continue;
    if (condition.params().find("direction=right") != std::string::npos) continue;
    if (c > 0) (severity == 2 ? milder_ : strong_).push_back(c);
    const PreparedCondition prepared(condition, experiment.suite.seed);
    std::vector<Eigen::RowVectorXd> measures(rows_.size());
    tbb::parallel_for(std::size_t{0}, rows_.size(), [&](std::size_t k) {
      const auto row = static_cast<std::size_t>(rows_[k]);
      Worker worker;
      const Job job{row / kShardSize, c, 1, {}, {}};
      measures[k] = measures_of(perturbers[row / kShardSize]->perturb(row, job, prepared, worker));
    });
    Eigen::MatrixXd& table = measures_[c];
    table.resize(static_cast<Eigen::Index>(rows_.size()), measures.front().cols());
    for (std::size_t k = 0; k < measures.size(); ++k)
      table.row(static_cast<Eigen::Index>(k)) = measures[k];
  }
}

}  // namespace robench::confidence
