// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/model_card.h"
#include "perturb/params.h"
#include "tests/realism/light_statistics.h"
#include "tests/realism/yale_faces.h"

namespace robench::realism {

/// Where the light of a picture comes from.
enum class Source {
  real,       // the photograph under that lamp
  synthetic,  // side_light on the frontally lit photograph
  flat,       // its part beyond a straight line in shadow: the baseline without a shape
  bright,     // as bright as the lamp is strong, no more: the baseline without a direction
};

/// What one model makes of one source: how far each picture's vector moved from that of the frontally
/// lit picture, and which way. Vectors are brought to unit length first.
struct Effect {
  SubjectTable drift;                               // 1 - cosine
  std::vector<std::vector<Eigen::VectorXf>> shift;  // [subject][direction]; empty = no picture
};

/// The directions of all subjects, sorted.
[[nodiscard]] std::vector<Light> directions_of(const std::vector<Subject>& subjects);

/// Source::bright only where the lamps differ in strength.
/// `lamp`: parameters of side_light without its direction. `encoding`: as the subjects were read.
[[nodiscard]] std::map<Source, Effect> light_effects(const ModelCard& card,
                                                     const std::vector<Subject>& subjects,
                                                     const std::vector<Light>& directions,
                                                     const Params& lamp, Encoding encoding);

/// The frontally lit picture as `source` shows it under the lamp of `lit`, its strength included; not
/// for Source::real.
[[nodiscard]] Image relit_picture(Source source, const Subject& subject, const LitPicture& lit,
                                  const Params& lamp);

}  // namespace robench::realism
