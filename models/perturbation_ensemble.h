// SPDX-License-Identifier: Apache-2.0
// How stable is the embedding of one photograph? A vector that small changes of the picture move far is
// worth less: the idea of SER-FIQ (Terhörst et al. 2020, CVPR), with perturbations in the place of
// dropout, so that any model can be asked.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/face.h"
#include "models/model_card.h"
#include "perturb/condition.h"

namespace robench {

/// Raised by any change of the members; part of the keys of what holds a spread.
inline constexpr int kEnsembleVersion = 1;

/// At most so many forward passes more than the embedding itself.
inline constexpr std::size_t kMostMembers = 12;

/// The small perturbations: each about as strong as what differs between two good photographs or two
/// good detectors. Safe from several threads. Random members are keyed by their number alone, so that a
/// spread depends on the picture and not on its name.
class PerturbationEnsemble {
 public:
  PerturbationEnsemble();

  [[nodiscard]] std::size_t size() const { return members_.size(); }
  /// Label of each member, as `robench plan` writes conditions.
  [[nodiscard]] std::vector<std::string> labels() const;
  /// One chip per member. Crops with more than 64 px between the eyes are scaled down to that first: no
  /// template of a model asks for more.
  [[nodiscard]] std::vector<Image> chips(const FaceCrop& crop, const Template& align) const;

 private:
  struct Member {
    Condition condition;
    PreparedCondition prepared;
  };
  std::vector<Member> members_;
};

}  // namespace robench
