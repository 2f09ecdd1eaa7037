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

/// Rows of equal tiles with labels below, white ground, `tile_px` the side of a tile.
[[nodiscard]] Image contact_sheet(const std::vector<TileRow>& rows, int tile_px);

}  // namespace robench
