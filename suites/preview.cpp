// SPDX-License-Identifier: Apache-2.0
#include "suites/preview.h"

#include <algorithm>
#include <set>

#include "reports/contact_sheet.h"

namespace robench {
namespace {
constexpr int kTilePx = 160;
}

Image preview_sheet(const Suite& suite, const FaceCrop& face, const std::string& sample_key) {
  std::vector<TileRow> rows;
  std::set<std::string> shown;
  for (const Condition& condition : suite.conditions) {
    if (condition.perturbation() == "identity" || !shown.insert(condition.label()).second) continue;
    const std::string title = condition.perturbation();
    auto row = std::find_if(rows.begin(), rows.end(), [&](const TileRow& r) { return r.title == title; });
    if (row == rows.end()) row = rows.insert(rows.end(), TileRow{title, {{face.pixels, "clean"}}});
    const PreparedCondition prepared(condition, suite.seed);
    row->tiles.push_back({prepared.apply(face.pixels, face.frame, sample_key, 1), condition.label()});
  }
  if (rows.empty()) rows.push_back({"clean", {{face.pixels, "clean"}}});
  return contact_sheet(rows, kTilePx);
}

}  // namespace robench
