// SPDX-License-Identifier: Apache-2.0
// Severity curves: one small multiple for each perturbation, one figure for each stage, family and
// measure.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart_style.h"
#include "reports/comparison.h"
#include "reports/figure.h"
#include "reports/markup.h"
#include "reports/numbers.h"

namespace robench {
namespace {

using Cells = std::vector<const CellRecord*>;

struct Quantity {
  std::string measure;
  std::string title;    // of the figure
  std::string label;    // of the axis
  std::string caption;  // how it was made
};

const std::vector<Quantity>& quantities() {
  static const std::vector<Quantity> kQuantities = {
      {"fnmr", "FNMR", "FNMR, %", "Mated comparisons refused at the frozen clean threshold."},
      {"self_non_match_rate", "Self non-match rate", "self non-match, %",
       "Clean picture against its own perturbed one, refused at the card's published threshold; not an "
       "FNMR."},
      {"drift_angle_deg", "Drift", "drift, deg",
       "Mean angle between the clean and the perturbed embedding. Angles of different models "
       "are not on one scale: compare the shapes of their curves, not the heights."},
      {"drift_relative:non_mated", "Relative drift", "drift / non-mated",
       "Mean 1 - cosine between clean and perturbed embedding over the median of two different people: "
       "1 "
       "= a face has moved as far as a stranger is away. On one scale for all models."},
      {"failure_to_acquire_rate", "Failure to acquire", "failure to acquire, %",
       "Samples that gave no embedding."}};
  return kQuantities;
}

/// The label without its severity: "side_light@5 direction=left" -> "side_light direction=left".
/// Conditions that share it lie on one curve.
std::string curve_name(const CellRecord& cell) {
  const std::string head = cell.perturbation + "@";
  if (!cell.severity || !cell.label.starts_with(head)) return "";
  const std::size_t space = cell.label.find(' ', head.size());
  return cell.perturbation + (space == std::string::npos ? "" : cell.label.substr(space));
}

struct Curve {
  std::string name;
  std::vector<Cells> of_model;  // by severity
};

struct FamilyCurves {
  std::string name;
  std::vector<Curve> curves;  // two severities or more; the clean picture is severity 0
  std::vector<Cells> others;  // by condition, then model: physical values and chains
};

bool by_severity(const CellRecord* a, const CellRecord* b) { return *a->severity < *b->severity; }

void add_to_curve(FamilyCurves& family, const CellRecord& cell, std::size_t model, std::size_t models) {
  const std::string name = curve_name(cell);
  auto curve = std::find_if(family.curves.begin(), family.curves.end(),
                            [&](const Curve& known) { return known.name == name; });
  if (curve == family.curves.end())
    curve = family.curves.insert(curve, {name, std::vector<Cells>(models)});
  Cells& cells = curve->of_model[model];
  cells.insert(std::upper_bound(cells.begin(), cells.end(), &cell, by_severity), &cell);
}

void add_to_others(FamilyCurves& family, const CellRecord& cell) {
  const auto known = std::find_if(family.others.begin(), family.others.end(), [&](const Cells& cells) {
    return cells.front()->label == cell.label;
  });
  if (known == family.others.end())
    family.others.push_back({&cell});
  else
    known->push_back(&cell);
}

std::vector<FamilyCurves> families_at(const RunRecord& run, const std::string& stage) {
  std::vector<FamilyCurves> families;
  for (const CellRecord* cell : pooled_cells(run)) {
    const auto model = std::find(run.models.begin(), run.models.end(), cell->model);
    if (cell->stage != stage || cell->perturbation == "identity" || repeats_clean(*cell) ||
        model == run.models.end())
      continue;
    auto family = std::find_if(families.begin(), families.end(),
                               [&](const FamilyCurves& known) { return known.name == cell->family; });
    if (family == families.end()) family = families.insert(family, {cell->family, {}, {}});
    if (curve_name(*cell).empty())
      add_to_others(*family, *cell);
    else
      add_to_curve(*family, *cell, static_cast<std::size_t>(model - run.models.begin()),
                   run.models.size());
  }
  return families;
}

/// The clean picture begins every curve, where it has a value.
ChartSeries series_of(const RunRecord& run, const Curve& curve, std::size_t model,
                      const std::string& measure) {
  ChartSeries series{run.models[model], static_cast<int>(model), {}};
  const Cells& cells = curve.of_model[model];
  if (cells.empty()) return series;
  if (const CellRecord* clean = clean_cell(run, run.models[model], cells.front()->stage))
    if (const Measure* value = find_measure(*clean, measure); available(value))
      series.points.push_back(line_point(0, value, "clean"));
  for (const CellRecord* cell : cells)
    series.points.push_back(line_point(*cell->severity, find_measure(*cell, measure), cell->label));
  return series;
}

bool has_value(const ChartSeries& series) {
  return std::any_of(series.points.begin(), series.points.end(),
                     [](const ChartPoint& point) { return std::isfinite(point.y) && point.x > 0; });
}

/// No model takes part in finding a face: series of equal values are one.
void join_equal_series(Panel& panel) {
  const auto equal = [&](const ChartSeries& other) {
    const auto& first = panel.series.front().points;
    return std::equal(first.begin(), first.end(), other.points.begin(), other.points.end(),
                      [](const ChartPoint& a, const ChartPoint& b) { return a.x == b.x && a.y == b.y; });
  };
  if (panel.series.size() < 2 || !std::all_of(panel.series.begin(), panel.series.end(), equal)) return;
  panel.series.resize(1);
  panel.series.front().name = "every model";
  panel.series.front().style = kNeutralStyle;
}

Panel empty_panel(PanelKind kind, const Quantity& quantity, const std::string& unit,
                  const std::string& stage) {
  Panel panel;
  panel.kind = kind;
  panel.stage = stage;
  ChartAxis& values = kind == PanelKind::dots ? panel.x : panel.y;
  values.label = quantity.label;
  values.scale = scale_of(unit);
  if (kind == PanelKind::lines) panel.x.label = "severity";
  return panel;
}

std::optional<Panel> curve_panel(const RunRecord& run, const Curve& curve, const Quantity& quantity,
                                 const std::string& unit, const std::string& stage) {
  Panel panel = empty_panel(PanelKind::lines, quantity, unit, stage);
  panel.title = curve.name;
  for (std::size_t m = 0; m < run.models.size(); ++m)
    if (ChartSeries series = series_of(run, curve, m, quantity.measure); has_value(series))
      panel.series.push_back(std::move(series));
  if (panel.series.empty()) return std::nullopt;
  if (quantity.measure == "failure_to_acquire_rate") join_equal_series(panel);
  panel.x.high = 5;
  for (const ChartSeries& series : panel.series)
    panel.x.high = std::max(panel.x.high, series.points.back().x);
  panel.highest_severity = panel.x.high;
  return panel;
}

std::optional<Panel> others_panel(const RunRecord& run, const FamilyCurves& family,
                                  const Quantity& quantity, const std::string& unit,
                                  const std::string& stage) {
  Panel panel = empty_panel(PanelKind::dots, quantity, unit, stage);
  panel.title = "without a severity";
  for (std::size_t m = 0; m < run.models.size(); ++m)
    panel.series.push_back({run.models[m], static_cast<int>(m), {}});
  for (const Cells& cells : family.others) {
    panel.rows.push_back(cells.front()->label);
    for (const CellRecord* cell : cells)
      for (ChartSeries& series : panel.series)
        if (const Measure* value = find_measure(*cell, quantity.measure);
            series.name == cell->model && available(value))
          series.points.push_back(dot_point(panel.rows.size() - 1, *value, cell->label));
  }
  std::erase_if(panel.series, [](const ChartSeries& series) { return series.points.empty(); });
  if (panel.series.empty()) return std::nullopt;
  return panel;
}

std::string unit_of(const RunRecord& run, const std::string& name) {
  for (const CellRecord& cell : run.cells)
    if (const Measure* measure = find_measure(cell, name)) return measure->unit;
  return "";
}

Figure figure_of(const RunRecord& run, const std::string& stage, const FamilyCurves& family,
                 const Quantity& quantity) {
  Figure figure;
  figure.id = markup_id(fmt::format("{}-{}-{}", quantity.measure, family.name, stage));
  figure.section = "curves";
  figure.title = fmt::format("{} under {}, {} stage", quantity.title, family.name, stage);
  figure.caption =
      quantity.caption + (family.curves.empty()
                              ? " Bars are 95 % intervals."
                              : " Severity 0 is the clean picture; bands are 95 % intervals.");
  figure.measure = quantity.measure;
  figure.family = family.name;
  const std::string unit = unit_of(run, quantity.measure);
  for (const Curve& curve : family.curves)
    if (auto panel = curve_panel(run, curve, quantity, unit, stage))
      figure.panels.push_back(std::move(*panel));
  if (!family.others.empty())
    if (auto panel = others_panel(run, family, quantity, unit, stage))
      figure.panels.push_back(std::move(*panel));
  share_value_axis(figure.panels, 0);
  return figure;
}

}  // namespace

std::vector<Figure> severity_figures(const RunRecord& run) {
  std::vector<Figure> figures;
  const std::string non_match = compare_models(run).non_match;
  for (const std::string& stage : stages_of(run))
    for (const FamilyCurves& family : families_at(run, stage))
      for (const Quantity& quantity : quantities()) {
        // At the crop stage nothing is searched for: the rate is the clean one everywhere.
        if (quantity.measure == "failure_to_acquire_rate" && stage == "crop") continue;
        if (quantity.measure == "self_non_match_rate" && non_match != quantity.measure) continue;
        Figure figure = figure_of(run, stage, family, quantity);
        if (!figure.panels.empty()) figures.push_back(std::move(figure));
      }
  return figures;
}

}  // namespace robench
