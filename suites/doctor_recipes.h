// SPDX-License-Identifier: Apache-2.0
// Other ways to feed a network and to compare its vectors, each one step away from a card.
#pragma once

#include <string>
#include <vector>

#include "models/model_card.h"

namespace robench {

/// A card with one thing changed.
struct Recipe {
  std::string field;  // of the card: "channels", "mean", "scale", "mean and scale", "template", "size",
                      // "normalise", "comparison", "channels, mean" and so on; "" = the card as it is
  std::string words;  // "rgb instead of bgr"
  ModelCard card;
};

/// The recipes that are tried beside `card`, in a fixed order; none equals it.
///  channels    the other order
///  mean, scale 0..255; 0..1; -1..1 (127.5, / 127.5 and / 128); -128..127; dlib's; ImageNet's with and
///              without its deviation; VGGFace2's mean
///  template    ArcFace's 112 px, dlib's chip, the Open Model Zoo's, scaled to the card's size; its own
///              smaller and larger by 10 and 25 %
///  size        96, 112, 128, 150, 160 and 224 px, the points scaled along
///  normalise   divided by the length or not, where the comparison is Euclidean
///  comparison  Euclidean, where it is the cosine
/// far_off: each range also with the other order of channels, since a network that sees nothing through
/// one wrong field cannot show that a second is wrong.
[[nodiscard]] std::vector<Recipe> other_recipes(const ModelCard& card, bool far_off);

/// ArcFace's five points in an input of the size of `size`.
[[nodiscard]] Template arcface_template(const Template& size);
/// What stands under `input:` in the card's YAML.
[[nodiscard]] std::string input_lines(const ModelCard& card);
/// The lines of a card in which `to` differs from `from`, as YAML.
[[nodiscard]] std::string changed_lines(const ModelCard& from, const ModelCard& to);

}  // namespace robench
