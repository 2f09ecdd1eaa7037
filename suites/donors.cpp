// SPDX-License-Identifier: Apache-2.0
#include "suites/donors.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "models/digest.h"
#include "perturb/error.h"
#include "suites/crop_shelf.h"

namespace robench {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{128} * 1024 * 1024;
constexpr double kLargestInterEyePx = 128;
// How far the surroundings reach from the midpoint of the eyes, in inter-eye distances.
constexpr double kAside = 4;
constexpr double kAbove = 3.2;
constexpr double kBelow = 4.5;

/// The first 64 bits of the id's SHA-256.
std::uint64_t hash_of_id(const std::string& id) {
  return std::stoull(sha256(std::string_view(id)).substr(0, 16), nullptr, 16);
}

std::uint64_t rendezvous(std::uint64_t id, const std::array<std::uint32_t, 4>& word) {
  const auto mixed = philox4x32_10(
      {static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(id >> 32), word[2], word[3]},
      {word[0], word[1]});
  return std::uint64_t{mixed[1]} << 32 | mixed[0];
}

std::size_t bytes_of(const OtherFace& face) { return face.picture.bgr().total() * 3; }

}  // namespace

OtherFace with_surroundings(const Image& photograph, const Landmarks& landmarks) {
  const cv::Point2d eyes = (landmarks.left_eye() + landmarks.right_eye()) * 0.5F;
  const double unit = landmarks.inter_eye_px();
  const auto inside = [](double value, int size) {
    return static_cast<int>(std::clamp(std::round(value), 0.0, static_cast<double>(size)));
  };
  cv::Rect part(cv::Point(inside(eyes.x - kAside * unit, photograph.width() - 1),
                          inside(eyes.y - kAbove * unit, photograph.height() - 1)),
                cv::Point(inside(eyes.x + kAside * unit, photograph.width()),
                          inside(eyes.y + kBelow * unit, photograph.height())));
  part.width = std::max(part.width, 1);
  part.height = std::max(part.height, 1);
  const double shrink = std::min(1.0, kLargestInterEyePx / unit);
  cv::Mat picture;
  cv::resize(photograph.bgr()(part), picture, {}, shrink, shrink, cv::INTER_AREA);
  // Pixel centres lie at integers.
  const cv::Matx23d to_part(shrink, 0, (0.5 - part.x) * shrink - 0.5,  //
                            0, shrink, (0.5 - part.y) * shrink - 0.5);
  return {Image(picture), transformed(landmarks, to_part)};
}

Donors::Donors(const Experiment& experiment) : experiment_(experiment) {
  for (std::size_t row = 0; row < experiment.faces.size(); ++row) {
    const AcquiredFace& face = experiment.faces[row];
    // Landmarks in a fall-back box may lie beside any face.
    if (face.status != Status::ok || face.face.fallback_box) continue;
    rows_.push_back(row);
    id_hash_.push_back(hash_of_id(experiment.data.samples[row].id));
  }
}

bool Donors::may_stand_beside(std::size_t row, std::size_t other) const {
  const Sample& a = experiment_.data.samples[row];
  const Sample& b = experiment_.data.samples[other];
  const bool same_person = !a.subject.empty() && a.subject == b.subject;
  return a.photograph != b.photograph && !same_person;
}

std::optional<std::size_t> Donors::choose(std::size_t row, const RandomStream& stream) const {
  const auto word = stream.block(0);
  std::optional<std::size_t> best;
  std::uint64_t best_hash = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint64_t hash = rendezvous(id_hash_[i], word);
    if ((best && hash <= best_hash) || !may_stand_beside(row, rows_[i])) continue;
    best = rows_[i];
    best_hash = hash;
  }
  return best;
}

bool Donors::has_any_for(std::size_t row) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [&](std::size_t other) { return may_stand_beside(row, other); });
}

OtherFace Donors::face(std::size_t row) const {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = kept_.find(row); found != kept_.end()) return found->second;
  }
  const auto photograph = photograph_of(experiment_, row);
  if (!photograph)
    throw EnvironmentError("a photograph has vanished: " + experiment_.data.samples[row].path.string());
  OtherFace face = with_surroundings(*photograph, experiment_.faces[row].face.landmarks);
  const std::scoped_lock lock(mutex_);
  if (kept_.emplace(row, face).second) {
    kept_order_.push_back(row);
    kept_bytes_ += bytes_of(face);
  }
  while (kept_bytes_ > kKeptBytes && kept_order_.size() > 1) {
    const auto oldest = kept_.find(kept_order_.front());
    kept_bytes_ -= bytes_of(oldest->second);
    kept_.erase(oldest);
    kept_order_.pop_front();
  }
  return face;
}

OtherFace OthersOfSample::draw(const RandomStream& stream) const {
  drawn_ = donors_.choose(row_, stream);
  ROBENCH_ASSERT(drawn_.has_value());
  return donors_.face(*drawn_);
}

void require_donors(const Experiment& experiment) {
  const auto& conditions = experiment.suite.conditions;
  const auto needing = std::find_if(conditions.begin(), conditions.end(),
                                    [](const Condition& c) { return c.needs_other_face(); });
  if (needing == conditions.end()) return;
  const Donors donors(experiment);
  for (std::size_t row = 0; row < experiment.faces.size(); ++row) {
    if (experiment.faces[row].status != Status::ok || donors.has_any_for(row)) continue;
    throw ConfigError({{experiment.suite.data.place,
                        fmt::format("'{}' needs somebody else's face, and for {} these data have none",
                                    needing->label(), experiment.data.samples[row].id),
                        "faces of another subject in another photograph are needed", ""}});
  }
}

}  // namespace robench
