// SPDX-License-Identifier: Apache-2.0
// What of the face's geometry can be read from an embedding, before and after a family's conditions.
#include <algorithm>

#include <fmt/format.h>

#include "reports/chart_style.h"
#include "reports/comparison.h"
#include "reports/figure.h"
#include "reports/markup.h"
#include "reports/numbers.h"
#include "reports/run_groups.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;
using Cells = std::vector<const CellRecord*>;

const std::string kFeature = "geometry_r2:";
const std::string kMean = "geometry_r2_mean";
constexpr double kFloor = -0.5;

/// The condition of a family with the lowest mean R2; nullptr without one.
const CellRecord* hardest(const Cells& cells, const std::string& family) {
  const CellRecord* found = nullptr;
  for (const CellRecord* cell : cells) {
    const Measure* mean = find_measure(*cell, kMean);
    if (cell->family != family || !available(mean)) continue;
    if (found == nullptr || mean->value < find_measure(*found, kMean)->value) found = cell;
  }
  return found;
}

/// Shape features that the clean embeddings tell of, the best told first.
std::vector<const Measure*> features_of(const CellRecord& clean) {
  std::vector<const Measure*> features;
  for (const Measure& measure : clean.measures)
    if (measure.name.starts_with(kFeature) && measure.better == Better::higher && available(&measure))
      features.push_back(&measure);
  std::stable_sort(features.begin(), features.end(),
                   [](const Measure* a, const Measure* b) { return a->value > b->value; });
  return features;
}

std::optional<Panel> panel_of(const RunRecord& run, std::size_t model, const std::string& stage,
                              const std::string& family) {
  const Cells cells = condition_cells(run, run.models[model], stage);
  const CellRecord* clean = clean_cell(run, run.models[model], stage);
  const CellRecord* after = hardest(cells, family);
  if (clean == nullptr || after == nullptr) return std::nullopt;
  Panel panel;
  panel.kind = PanelKind::dots;
  panel.title = fmt::format("{}, hardest: {}", run.models[model], after->label);
  panel.stage = stage;
  panel.reference = 0;
  panel.x.label = "R2 of the frozen probe";
  ChartSeries before{"clean pictures", kNeutralStyle, {}};
  ChartSeries under{"hardest condition of the family", 1, {}};
  for (const Measure* feature : features_of(*clean)) {
    const std::string name = feature->name.substr(kFeature.size());
    before.points.push_back(dot_point(panel.rows.size(), *feature, name));
    if (const Measure* value = find_measure(*after, feature->name); available(value))
      under.points.push_back(dot_point(panel.rows.size(), *value, name));
    panel.rows.push_back(name);
  }
  if (panel.rows.empty()) return std::nullopt;
  panel.series = {std::move(before), std::move(under)};
  return panel;
}

}  // namespace

std::vector<Figure> geometry_figures(const RunRecord& run) {
  std::vector<Figure> figures;
  if (run.models.empty()) return figures;
  for (const std::string& stage : stages_of(run))
    for (const std::string& family : families_in(condition_cells(run, run.models.front(), stage))) {
      Figure figure;
      figure.id = markup_id(fmt::format("geometry-{}-{}", family, stage));
      figure.section = "geometry";
      figure.title = fmt::format("Geometry before and after {}, {} stage", family, stage);
      figure.caption =
          "R2 of probes trained on clean embeddings of other people and frozen: 1 = the measure of the "
          "face can be read from the embedding, 0 = no better than its mean. Hardest: the condition of "
          "the family with the lowest mean R2. Values below -0.5 stand at the edge.";
      figure.measure = kMean;
      figure.family = family;
      for (std::size_t m = 0; m < run.models.size(); ++m)
        if (auto panel = panel_of(run, m, stage, family)) figure.panels.push_back(std::move(*panel));
      if (figure.panels.empty()) continue;
      share_value_axis(figure.panels, kFloor);
      figures.push_back(std::move(figure));
    }
  return figures;
}

}  // namespace robench
