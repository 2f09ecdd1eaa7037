// SPDX-License-Identifier: Apache-2.0
// Error rates by group of people, and how a condition changes their difference.
#include <algorithm>
#include <array>

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

std::string row_name(const CellRecord& cell) {
  return cell.perturbation == "identity" ? "clean" : cell.label;
}

constexpr int kFirstGroupStyle = 2;  // blue and orange are the first models of the other figures

/// One series for each measure, one row for each condition.
std::optional<Panel> panel_of(const Cells& cells, const Names& measures, const Names& names, int style) {
  Panel panel;
  panel.kind = PanelKind::dots;
  for (std::size_t i = 0; i < measures.size(); ++i)
    panel.series.push_back({names[i], style + static_cast<int>(i), {}});
  for (const CellRecord* cell : cells) {
    bool has_value = false;
    for (std::size_t i = 0; i < measures.size(); ++i)
      if (const Measure* value = find_measure(*cell, measures[i]); available(value)) {
        panel.series[i].points.push_back(dot_point(panel.rows.size(), *value, row_name(*cell)));
        panel.x.scale = scale_of(value->unit);
        has_value = true;
      }
    if (has_value) panel.rows.push_back(row_name(*cell));
  }
  if (panel.rows.empty()) return std::nullopt;
  std::erase_if(panel.series, [](const ChartSeries& series) { return series.points.empty(); });
  return panel;
}

/// " No value for gender=female: 3 subjects ..., fewer than 10.", where no condition of any model has
/// one.
std::string without_points(const Figure& figure, const Cells& cells, const char* prefix,
                           const Names& groups) {
  std::string text;
  const std::vector<ChartSeries> shown_series = legend_of(figure);
  for (const std::string& group : groups) {
    if (std::any_of(shown_series.begin(), shown_series.end(),
                    [&](const ChartSeries& series) { return series.name == group; }))
      continue;
    for (const CellRecord* cell : cells)
      if (const Measure* value = find_measure(*cell, prefix + group)) {
        text += fmt::format(" No value for {}: {}.", group, value->note);
        break;
      }
  }
  return text;
}

Names with_prefix(const std::string& prefix, const Names& names) {
  Names result;
  for (const std::string& name : names) result.push_back(prefix + name);
  return result;
}

struct Rate {
  const char* prefix;
  const char* title;
  const char* caption;
};
constexpr std::array<Rate, 2> kRates = {
    {{"fnmr:", "FNMR", "Mated comparisons of a group refused at the one frozen threshold."},
     {"fmr:", "FMR", "Comparisons of two people of one group accepted at the one frozen threshold."}}};

/// The clean pictures and the conditions of a family.
Cells cells_of(const RunRecord& run, const std::string& model, const std::string& stage,
               const std::string& family) {
  Cells cells = condition_cells(run, model, stage);
  std::erase_if(cells, [&](const CellRecord* cell) {
    return cell->perturbation != "identity" && cell->family != family;
  });
  return cells;
}

Figure rate_figure(const RunRecord& run, const std::string& stage, const std::string& grouping,
                   const std::string& family, const Rate& rate) {
  Figure figure;
  figure.id = markup_id(fmt::format("groups-{}-{}-{}-{}", rate.title, grouping, family, stage));
  figure.section = "groups";
  figure.title = fmt::format("{} by {} under {}, {} stage", rate.title, grouping, family, stage);
  figure.caption = fmt::format("{} Bars are 95 % intervals.", rate.caption);
  figure.family = family;
  for (const std::string& model : run.models) {
    const Cells cells = cells_of(run, model, stage, family);
    const Names groups = groups_in(cells, grouping);
    if (figure.measure.empty() && !groups.empty()) figure.measure = rate.prefix + groups.front();
    auto panel = panel_of(cells, with_prefix(rate.prefix, groups), groups, kFirstGroupStyle);
    if (!panel) continue;
    panel->title = model;
    panel->stage = stage;
    panel->x.label = fmt::format("{}, %", rate.title);
    figure.panels.push_back(std::move(*panel));
  }
  if (!figure.panels.empty()) {
    const Cells cells = cells_of(run, figure.panels.front().title, stage, family);
    figure.caption += without_points(figure, cells, rate.prefix, groups_in(cells, grouping));
  }
  share_value_axis(figure.panels, 0);
  return figure;
}

std::string difference_of(const std::string& pair) { return "gap_change:" + pair; }

/// Models side by side: the change of a gap is in points of FNMR for all.
Figure change_figure(const RunRecord& run, const std::string& stage, const std::string& pair,
                     const std::string& family) {
  Figure figure;
  figure.id = markup_id(fmt::format("gap-change-{}-{}-{}", pair, family, stage));
  figure.section = "groups";
  figure.title = fmt::format("Does {} widen the gap of FNMR? {}, {} stage", family, pair, stage);
  figure.caption =
      "FNMR of the first group minus that of the second, minus the same difference on clean pictures. "
      "An interval that crosses 0 cannot tell; a verdict is given only where Holm's p over the run is "
      "below 0.05 and the log-odds agree.";
  figure.measure = difference_of(pair);
  figure.family = family;
  for (const std::string& model : run.models) {
    auto panel = panel_of(cells_of(run, model, stage, family), {difference_of(pair)},
                          {"change of the gap"}, kNeutralStyle);
    if (!panel) continue;
    panel->title = model;
    panel->stage = stage;
    panel->reference = 0;
    panel->x.label = "change of the gap, points of FNMR";
    figure.panels.push_back(std::move(*panel));
  }
  share_value_axis(figure.panels, -1);
  return figure;
}

}  // namespace

std::vector<Figure> group_figures(const RunRecord& run) {
  std::vector<Figure> figures;
  for (const std::string& stage : stages_of(run)) {
    Cells cells;
    for (const std::string& model : run.models) {
      const Cells own = condition_cells(run, model, stage);
      cells.insert(cells.end(), own.begin(), own.end());
    }
    for (const std::string& family : families_in(cells)) {
      for (const std::string& grouping : groupings_in(cells))
        for (const Rate& rate : kRates)
          figures.push_back(rate_figure(run, stage, grouping, family, rate));
      for (const std::string& pair : group_pairs_in(cells))
        figures.push_back(change_figure(run, stage, pair, family));
    }
  }
  std::erase_if(figures, [](const Figure& figure) { return figure.panels.empty(); });
  return figures;
}

}  // namespace robench
