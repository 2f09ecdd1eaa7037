// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "perturb/other_faces.h"
#include "suites/experiment.h"

namespace robench {

/// Raised when the choice of a donor or the cut of its picture changes. Part of the key of every unit
/// that depends on it.
inline constexpr std::string_view kDonorVersion = "1";

/// The part of a photograph around a face that holds hair and shoulders; eyes at most 128 px apart.
[[nodiscard]] OtherFace with_surroundings(const Image& photograph, const Landmarks& landmarks);

/// The faces of an experiment as other people for each other. Safe from several threads.
class Donors {
 public:
  explicit Donors(const Experiment& experiment);
  Donors(const Donors&) = delete;
  Donors& operator=(const Donors&) = delete;

  /// A face of another subject in another photograph than `row`'s; samples of unknown subject may be
  /// anybody, so for them the photograph alone decides. Chosen by rendezvous hashing: the sample whose
  /// id hashes highest with the stream, so that adding a photograph changes few choices (Thaler and
  /// Ravishankar 1998). nullopt when there is nobody else.
  [[nodiscard]] std::optional<std::size_t> choose(std::size_t row, const RandomStream& stream) const;
  [[nodiscard]] bool has_any_for(std::size_t row) const;

  /// The donor's face with_surroundings(). Throws EnvironmentError when its photograph has vanished
  /// since it was acquired.
  [[nodiscard]] OtherFace face(std::size_t row) const;

 private:
  [[nodiscard]] bool may_stand_beside(std::size_t row, std::size_t other) const;

  const Experiment& experiment_;
  std::vector<std::size_t> rows_;       // that can be donors
  std::vector<std::uint64_t> id_hash_;  // of each of them
  // What was decoded last; which faces are kept cannot change a result.
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, OtherFace> kept_;
  mutable std::deque<std::size_t> kept_order_;
  mutable std::size_t kept_bytes_ = 0;
};

/// The other faces of one sample, for one call of a perturbation; remembers who was drawn.
class OthersOfSample : public OtherFaces {
 public:
  /// Requires: somebody else can be chosen for `row` (see require_donors).
  OthersOfSample(const Donors& donors, std::size_t row) : donors_(donors), row_(row) {}
  [[nodiscard]] OtherFace draw(const RandomStream& stream) const override;
  /// The sample that was drawn last: a perturbation draws the foremost person last.
  [[nodiscard]] std::optional<std::size_t> foremost() const { return drawn_; }

 private:
  const Donors& donors_;
  std::size_t row_;
  mutable std::optional<std::size_t> drawn_;
};

/// Throws ConfigError when a condition needs another person and a sample has none.
void require_donors(const Experiment& experiment);

}  // namespace robench
