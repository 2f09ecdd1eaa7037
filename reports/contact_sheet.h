// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "perturb/image.h"

namespace robench {

struct Tile {
  Image image;
  std::string label;
};
/// One row of a contact sheet: a perturbation, its tiles from weak to strong.
struct TileRow {
  std::string title;
  std::vector<Tile> tiles;
};

/// Rows of equal tiles, each with its label below, the row's title at the left, white ground.
/// A label does not repeat the row's title; one that is too long goes on in further lines, broken at
/// blanks and behind `+`, `=` and `,`. Only what cannot be broken gives way in the middle (`~`).
/// Pictures keep their proportions. Requires: tile_px > 0, the side of a tile.
[[nodiscard]] Image contact_sheet(const std::vector<TileRow>& rows, int tile_px);

}  // namespace robench
