// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_samples.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/geometry_features.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr Eigen::Index kStripRows = 256;  // that one thread takes at a time

/// Why samples were left out, each reason with its count.
struct LeftOut {
  int no_face = 0;
  int guessed = 0;
  int degenerate = 0;
  int no_embedding = 0;

  [[nodiscard]] std::string text() const {
    std::string text;
    const auto say = [&](int count, std::string_view what) {
      if (count == 0) return;
      text += fmt::format("{}{} {}", text.empty() ? "left out: " : ", ", count, what);
    };
    say(no_face, "without a face");
    say(guessed, "with a fallback box");
    say(degenerate, "with degenerate landmarks");
    say(no_embedding, "without a clean embedding");
    return text;
  }
};

/// The face of a sample that can be judged; otherwise counts why not.
std::optional<UprightFace> face_of(const AcquiredFace& acquired, bool has_embedding, LeftOut& left_out) {
  if (acquired.status != Status::ok) return ++left_out.no_face, std::nullopt;
  if (acquired.face.fallback_box) return ++left_out.guessed, std::nullopt;
  std::optional<UprightFace> face = upright_face(acquired.face.landmarks);
  if (!face || !has_shape(*face)) return ++left_out.degenerate, std::nullopt;
  if (!has_embedding) return ++left_out.no_embedding, std::nullopt;
  return face;
}

/// The mean shape of the first face of each subject.
MeanShape mean_shape(const std::vector<UprightFace>& faces, const std::vector<int>& unit) {
  std::set<int> seen;
  std::vector<UprightFace> first;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (seen.insert(unit[i]).second) first.push_back(faces[i]);
  }
  return MeanShape(first);
}

}  // namespace

int GeometrySamples::subjects() const {
  return static_cast<int>(std::set(unit.begin(), unit.end()).size());
}

GeometrySamples geometry_samples(const EvaluationData& data, const EmbeddingTable& clean,
                                 Comparison comparison, const ResamplingUnits& units) {
  GeometrySamples samples;
  LeftOut left_out;
  std::vector<UprightFace> faces;
  std::vector<std::string> name_of_unit(units.count);
  for (int row = 0; row < std::ssize(data.faces); ++row) {
    const bool has_embedding = is_comparable(clean, row, comparison);
    const auto face = face_of(data.faces[row], has_embedding, left_out);
    if (!face) continue;
    const Sample& sample = data.samples[row];
    std::string& name = name_of_unit[units.of_sample[row]];
    if (name.empty()) name = sample.subject.empty() ? sample.id : sample.subject;
    samples.row.push_back(row);
    samples.unit.push_back(units.of_sample[row]);
    samples.subject_name.push_back(name);
    faces.push_back(*face);
  }
  samples.features.resize(samples.size(), std::ssize(geometry_features()));
  samples.left_out = left_out.text();
  if (faces.empty()) return samples;
  samples.mean = mean_shape(faces, samples.unit);
  for (int i = 0; i < samples.size(); ++i)
    samples.features.row(i) = measure_geometry(faces[i], *samples.mean);
  return samples;
}

std::vector<int> one_sample_per_subject(const EvaluationData& data, const GeometrySamples& samples,
                                        std::size_t most) {
  const auto hash = [&](std::string_view purpose, const std::string& key) {
    return RandomStream(data.seed, purpose, "", key, 0).uniform(0);
  };
  using Choice = std::pair<double, int>;  // hash, position
  const int units =
      samples.unit.empty() ? 0 : *std::max_element(samples.unit.begin(), samples.unit.end()) + 1;
  std::vector<Choice> of_unit(units, {std::numeric_limits<double>::infinity(), -1});
  for (int i = 0; i < samples.size(); ++i) {
    const Choice choice{hash("one_sample_per_subject sample", data.samples[samples.row[i]].id), i};
    of_unit[samples.unit[i]] = std::min(of_unit[samples.unit[i]], choice);
  }
  std::vector<Choice> subjects;
  for (const auto& [unused, position] : of_unit) {
    if (position < 0) continue;
    subjects.emplace_back(hash("one_sample_per_subject subject", samples.subject_name[position]),
                          position);
  }
  std::sort(subjects.begin(), subjects.end());
  subjects.resize(std::min(subjects.size(), most));
  std::vector<int> positions;
  for (const auto& [unused, position] : subjects) positions.push_back(position);
  std::sort(positions.begin(), positions.end());
  return positions;
}

bool is_comparable(const EmbeddingTable& table, int row, Comparison comparison) {
  return table.ok(row) && (comparison == Comparison::euclidean || table.vectors.row(row).any());
}

Eigen::MatrixXd compared_embeddings(const EmbeddingTable& table, const std::vector<int>& rows,
                                    Comparison comparison) {
  Eigen::MatrixXd matrix(std::ssize(rows), table.vectors.cols());
  tbb::parallel_for(Eigen::Index{0}, (matrix.rows() + kStripRows - 1) / kStripRows, [&](Eigen::Index k) {
    const Eigen::Index first = k * kStripRows, count = std::min(kStripRows, matrix.rows() - first);
    auto strip = matrix.middleRows(first, count);
    for (Eigen::Index i = 0; i < count; ++i)
      strip.row(i) = table.vectors.row(rows[static_cast<std::size_t>(first + i)]).cast<double>();
    if (comparison == Comparison::cosine) strip.rowwise().normalize();
  });
  return matrix;
}

}  // namespace robench
