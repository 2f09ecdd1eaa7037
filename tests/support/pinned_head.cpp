// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pinned_head.h"

#include <doctest/doctest.h>

namespace robench {
namespace {

struct Head {
  double enlarged;
  const char* sha256;
};
constexpr Head kHeads[] = {
    {1, "4fb83d6830886734a2a6a63cc23b867cd12f1e66c16c5dbc9a1984e3a34df1e0"},
    {5, "267f9c1bbd6c86df0e26b388adea254791169e9918245bbb3b75ff2833c89a25"},
};

}  // namespace

GeneratedFace pinned_head(double enlarged) {
  FaceRecipe recipe;
  recipe.subject = 7;
  recipe.roll_deg = 9;
  recipe.size_px = static_cast<int>(320 * enlarged);
  recipe.inter_eye_px = 60 * enlarged;
  return render_face(recipe);
}

bool renders_pinned_heads(const std::function<std::string(const Image&)>& sha256) {
  for (const Head& head : kHeads) {
    const std::string found = sha256(pinned_head(head.enlarged).image);
    if (found == head.sha256) continue;
    MESSAGE(
        "skipped: this machine renders another head (", found,
        "). Where the renderer was changed, record its hashes and those of the tests that pin pixels "
        "on it anew, from a commit whose pixels are otherwise unchanged");
    return false;
  }
  return true;
}

}  // namespace robench
