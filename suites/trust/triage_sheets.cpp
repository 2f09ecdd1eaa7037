// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/contact_sheet.h"
#include "suites/photograph.h"
#include "suites/trust/repairs.h"
#include "suites/trust/triage_files.h"

namespace robench {
namespace {

constexpr std::size_t kRows = 6;
constexpr std::size_t kColumns = 8;
constexpr int kSheetTilePx = 128;

/// The face as photographed; nullopt when the file has vanished.
std::optional<Image> shown_face(const TriageRow& row, const DataSet& data) {
  const auto picture = photograph_of(data.samples[row.sample]);
  const auto* stored = std::get_if<Image>(&picture);
  if (!stored) return std::nullopt;
  const Image photograph = row.turned_degrees == 0 ? *stored : turned(*stored, row.turned_degrees);
  const auto crop = crop_face(photograph, row.found.landmarks);
  if (!crop) return std::nullopt;
  return resampled(*crop, kSheetTilePx).pixels;
}

std::string label(const TriageRow& row) {
  const std::string p = fmt::format("{}", row.judgement.quality());
  if (row.decision == Decision::salvage && row.repair)
    return fmt::format("{} > {} {}", p, row.repair->judgement.quality(), row.repair->name);
  return p;
}

}  // namespace

std::vector<Image> triage_sheets(const std::vector<TriageRow>& rows, const DataSet& data,
                                 std::size_t sheets) {
  std::vector<std::size_t> order = by_trust(rows);
  std::erase_if(order, [&](std::size_t i) { return !rows[i].ok(); });
  const std::size_t shown = std::min(order.size(), sheets * kRows * kColumns);
  std::vector<Image> images;
  std::vector<TileRow> page;
  for (std::size_t n = 0; n < shown; ++n) {
    const TriageRow& row = rows[order[n * order.size() / shown]];
    const auto face = shown_face(row, data);
    if (!face) continue;
    const std::string title(to_string(row.decision));
    if (page.empty() || page.back().title != title || page.back().tiles.size() == kColumns)
      page.push_back({title, {}});
    page.back().tiles.push_back({*face, label(row)});
    const bool full = page.size() == kRows && page.back().tiles.size() == kColumns;
    if (full || n + 1 == shown) {
      images.push_back(contact_sheet(page, kSheetTilePx));
      page.clear();
    }
  }
  return images;
}

}  // namespace robench
