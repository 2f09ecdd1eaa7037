// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/face_reading.h"

#include <algorithm>
#include <cmath>

#include "metrics/scores.h"

namespace robench {
namespace {

constexpr std::string_view kNotOfQuality = "single_face_present";

/// Mean angle in degrees between the first row and the others; NaN where one has no direction.
double spread_deg(const EmbeddingMatrix& vectors) {
  double sum = 0;
  for (Eigen::Index i = 0; i < vectors.rows(); ++i)
    if (!(vectors.row(i).norm() > 0)) return std::numeric_limits<double>::quiet_NaN();
  for (Eigen::Index i = 1; i < vectors.rows(); ++i)
    sum += separation(vectors.row(0).data(), vectors.row(i).data(), static_cast<int>(vectors.cols()))
               .angle_deg;
  return sum / static_cast<double>(vectors.rows() - 1);
}

FaceReading failure(Status status, std::string reason) {
  FaceReading reading;
  reading.status = status;
  reading.reason = std::move(reason);
  reading.quality = assess_quality(std::nullopt);
  return reading;
}

}  // namespace

std::vector<std::string> covariate_names() {
  std::vector<std::string> names;
  for (const QualityMeasureSpec& measure : quality_measures())
    if (measure.name != kNotOfQuality) names.push_back(measure.name);
  names.insert(names.end(), {"embedding_spread", "embedding_norm"});
  return names;
}

std::vector<double> covariates(const FaceReading& reading) {
  std::vector<double> values;
  for (std::size_t i = 0; i < quality_measures().size(); ++i)
    if (quality_measures()[i].name != kNotOfQuality)
      values.push_back(covariate(quality_measures()[i], reading.quality[i].raw));
  constexpr double kLeast = 1e-6;  // keeps the logarithm of a spread of 0 finite
  values.push_back(std::log(reading.spread_deg + kLeast));
  values.push_back(std::log(reading.norm + kLeast));
  return values;
}

Eigen::RowVectorXd capture_measures(const FaceReading& reading) {
  const std::vector<double> all = covariates(reading);
  return Eigen::Map<const Eigen::RowVectorXd>(all.data(), static_cast<Eigen::Index>(all.size()) - 2);
}

FaceReader::FaceReader(const ModelCard& card, const PerturbationEnsemble& ensemble,
                       const std::string& detector)
    : card_(card),
      ensemble_(ensemble),
      detector_(make_detector(detector)),
      embedder_(load_embedder(card)) {}

FaceReading FaceReader::read(const Image& photograph, const Face& face, double rival_area) {
  const auto crop = crop_face(photograph, face.landmarks);
  if (!crop)
    return failure(Status::unusable_landmarks,
                   "the eyes coincide or lie over 4,000 px apart, or points are not finite");
  FaceReading reading;
  reading.detection_confidence = face.detection_confidence;
  reading.quality = assess_quality(quality_face(photograph, face.landmarks, *crop, rival_area));
  std::vector<Image> chips = ensemble_.chips(*crop, card_.align);
  chips.insert(chips.begin(), align_chip(crop->pixels, crop->frame.landmarks, card_.align));
  const EmbeddingMatrix vectors = embed(chips);
  if (!vectors.allFinite())
    return failure(Status::non_finite_embedding, "the model returned NaN or infinity");
  reading.vector = vectors.row(0);
  reading.norm = reading.vector.norm();
  reading.spread_deg = spread_deg(vectors);
  return reading;
}

EmbeddingMatrix FaceReader::embed(const std::vector<Image>& chips) {
  EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), card_.dim);
  const auto step = static_cast<std::size_t>(std::max(1, card_.batch));
  for (std::size_t first = 0; first < chips.size(); first += step) {
    const std::size_t count = std::min(step, chips.size() - first);
    vectors.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) =
        embedder_->embed(std::span(chips).subspan(first, count));
  }
  return vectors;
}

double rival_area(const std::vector<Face>& faces, std::size_t index) {
  double largest = 0;
  for (std::size_t i = 0; i < faces.size(); ++i)
    if (i != index) largest = std::max(largest, faces[i].box.area());
  return faces[index].box.area() > 0 ? largest / faces[index].box.area() : 0;
}

}  // namespace robench
