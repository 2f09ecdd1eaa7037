// SPDX-License-Identifier: Apache-2.0
#include "suites/preview.h"

#include <algorithm>
#include <set>
#include <utility>

#include "reports/contact_sheet.h"

namespace robench {
namespace {

constexpr int kTilePx = 160;

/// `side_light@3 direction=left` is tile `@3` of row `side_light direction=left`; a physical value or a
/// chain has no severity, so its row is the perturbation's and its tile the rest of the label.
std::pair<std::string, std::string> title_and_strength(const Condition& condition) {
  if (condition.steps.size() > 1) return {"chain", condition.label()};
  const std::string name = condition.perturbation();
  const std::string rest = condition.label().substr(name.size());
  if (!condition.severity()) return {name, rest};
  const std::size_t blank = std::min(rest.find(' '), rest.size());
  return {name + rest.substr(blank), rest.substr(0, blank)};
}

}  // namespace

Image preview_sheet(const Suite& suite, const FaceCrop& native, const std::string& sample_key) {
  FaceCrop face = suite.crop_px ? resampled(native, *suite.crop_px) : native;
  face.frame.others = native.frame.others;
  std::vector<TileRow> rows;
  std::set<std::string> shown;
  for (const Condition& condition : suite.conditions) {
    const std::string label = condition.label();
    if (condition.perturbation() == "identity" || !shown.insert(label).second) continue;
    const auto names = title_and_strength(condition);  // clang captures no structured binding
    const std::string& title = names.first;
    auto row =
        std::find_if(rows.begin(), rows.end(), [&](const TileRow& r) { return r.title == title; });
    if (row == rows.end()) row = rows.insert(rows.end(), TileRow{title, {{face.pixels, "clean"}}});
    const PreparedCondition prepared(condition, suite.seed);
    row->tiles.push_back({prepared.apply(face.pixels, face.frame, sample_key, 1).image, names.second});
  }
  if (rows.empty()) rows.push_back({"clean", {{face.pixels, "clean"}}});
  return contact_sheet(rows, kTilePx);
}

}  // namespace robench
