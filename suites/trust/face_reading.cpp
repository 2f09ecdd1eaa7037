// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/face_reading.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metrics/scores.h"

namespace robench {
namespace {

constexpr std::string_view kNotOfQuality = "single_face_present";

/// Angles in degrees between the first row and each other; NaN where one of the two has no direction.
std::vector<double> angles_to_first(const EmbeddingMatrix& vectors) {
  std::vector<double> angles;
  const auto dim = static_cast<int>(vectors.cols());
  for (Eigen::Index i = 1; i < vectors.rows(); ++i)
    angles.push_back(vectors.row(0).norm() > 0 && vectors.row(i).norm() > 0
                         ? separation(vectors.row(0).data(), vectors.row(i).data(), dim).angle_deg
                         : std::numeric_limits<double>::quiet_NaN());
  return angles;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
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
  names.insert(names.end(),
               {"embedding_spread", "embedding_norm", "ensemble_variance", "detection_confidence"});
  return names;
}

std::vector<double> covariates(const FaceReading& reading) {
  const Eigen::RowVectorXd picture = capture_measures(reading);
  std::vector<double> values(picture.begin(), picture.end());
  const double mean_length = reading.ok() ? reading.ensemble_mean.norm() : std::nan("");
  const std::vector<double> answers =
      answer_covariates(reading.member_deg, reading.norm, mean_length, reading.detection_confidence);
  values.insert(values.end(), answers.begin(), answers.end());
  return values;
}

std::vector<double> covariates(const FaceReading& reading, const std::vector<std::string>& names) {
  const std::vector<std::string> all = covariate_names();
  const std::vector<double> values = covariates(reading);
  std::vector<double> chosen;
  for (const std::string& name : names)
    chosen.push_back(values.at(std::find(all.begin(), all.end(), name) - all.begin()));
  return chosen;
}

std::vector<double> answer_covariates(std::span<const double> member_deg, double norm,
                                      double ensemble_mean_length, double detection_confidence) {
  constexpr double kLeast = 1e-6;  // keeps the logarithm of a spread of 0 finite
  const double spread = member_deg.empty() ? std::nan("") : mean_of(member_deg);
  return {std::log(spread + kLeast), std::log(norm + kLeast),
          std::log(std::max(1 - ensemble_mean_length, 0.0) + kLeast),
          detection_confidence == 0 ? std::nan("") : detection_confidence};
}

const std::vector<std::string>& trusted_covariates() {
  static const std::vector<std::string> names = {"ensemble_variance", "detection_confidence"};
  return names;
}

Eigen::RowVectorXd capture_measures(const FaceReading& reading) {
  std::vector<double> values;
  for (std::size_t i = 0; i < quality_measures().size(); ++i)
    if (quality_measures()[i].name != kNotOfQuality)
      values.push_back(covariate(quality_measures()[i], reading.quality[i].raw));
  return Eigen::Map<const Eigen::RowVectorXd>(values.data(), std::ssize(values));
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
  reading.member_deg = angles_to_first(vectors);
  reading.spread_deg = mean_of(reading.member_deg);
  reading.ensemble_mean = vectors.bottomRows(vectors.rows() - 1).rowwise().normalized().colwise().mean();
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
