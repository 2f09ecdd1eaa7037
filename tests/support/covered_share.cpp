// SPDX-License-Identifier: Apache-2.0
#include "tests/support/covered_share.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "perturb/condition.h"

namespace robench {
namespace {

struct Covering {
  const char* name;
  const char* choice;
  std::vector<const char*> values;
};
const std::vector<Covering>& coverings() {
  static const std::vector<Covering> all = {
      {"half_face", "side", {"left", "right", "upper", "lower"}},
      {"random_rectangles", "fill", {"random"}},
      {"hand_or_object", "object", {"hand", "phone", "cup", "microphone"}},
      {"feature_patch", "feature", {"eyes", "nose", "mouth"}},
  };
  return all;
}

}  // namespace

double worst_covered_share_miss(const Image& image, const Landmarks& landmarks,
                                const std::string& sample, std::uint64_t seed) {
  double worst = 0;
  for (const Covering& covering : coverings()) {
    for (const char* value : covering.values) {
      for (const double wanted : find_perturbation(covering.name)->spec.ladder) {
        Params given;
        given.set(covering.choice, std::string(value));
        given.set("covered", wanted);
        const Perturbed result =
            PreparedCondition({{step_at_value(covering.name, given)}, Stage::crop}, seed)
                .apply(image, Frame(landmarks), sample, 0);
        const double miss = std::abs(result.covered_fraction.value() - wanted);
        if (miss > 0.02) MESSAGE(covering.name << ' ' << value << ' ' << wanted << " off by " << miss);
        worst = std::max(worst, miss);
      }
    }
  }
  return worst;
}

}  // namespace robench
