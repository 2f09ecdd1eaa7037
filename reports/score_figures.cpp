// SPDX-License-Identifier: Apache-2.0
// DET curves, histograms of scores and of drift: for each family the clean picture beside its hardest
// conditions.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "reports/chart_style.h"
#include "reports/comparison.h"
#include "reports/figure.h"
#include "reports/markup.h"
#include "reports/numbers.h"
#include "reports/sample_words.h"

namespace robench {
namespace {

constexpr double kLowestRate = 1e-4;  // thinner than a run keeps (BinnedCurves)

/// One condition of a family with its curves, one for each model of the run; nullptr where it has none.
struct Condition {
  std::string label;
  std::string perturbation;
  double severity = -1;  // -1: a physical value or a chain
  double drift = -1;     // mean angle of the first model that has one
  std::vector<const BinnedCurves*> of_model;
};

struct ScoredFamily {
  std::string name;
  std::vector<Condition> conditions;
};

const BinnedCurves* curves_of(const RunRecord& run, const CellRecord& cell) {
  for (const CurveRecord& record : run.curves)
    if (record.model == cell.model && record.stage == cell.stage && record.label == cell.label)
      return &record.curves;
  return nullptr;
}

Condition& condition_of(std::vector<Condition>& conditions, const CellRecord& cell, std::size_t models) {
  const auto known = std::find_if(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    return condition.label == cell.label;
  });
  if (known != conditions.end()) return *known;
  conditions.push_back({cell.label, cell.perturbation, cell.severity.value_or(-1), -1,
                        std::vector<const BinnedCurves*>(models, nullptr)});
  return conditions.back();
}

/// The clean picture as a family of its own, named "", comes first.
std::vector<ScoredFamily> scored_families_at(const RunRecord& run, const std::string& stage) {
  std::vector<ScoredFamily> families = {{"", {}}};
  for (const CellRecord* cell : pooled_cells(run)) {
    const auto model = std::find(run.models.begin(), run.models.end(), cell->model);
    if (cell->stage != stage || model == run.models.end() || repeats_clean(*cell)) continue;
    const std::string name = cell->perturbation == "identity" ? "" : cell->family;
    auto family = std::find_if(families.begin(), families.end(),
                               [&](const ScoredFamily& known) { return known.name == name; });
    if (family == families.end()) family = families.insert(family, {name, {}});
    Condition& condition = condition_of(family->conditions, *cell, run.models.size());
    condition.of_model[static_cast<std::size_t>(model - run.models.begin())] = curves_of(run, *cell);
    if (const Measure* drift = find_measure(*cell, "drift_angle_deg");
        available(drift) && condition.drift < 0)
      condition.drift = drift->value;
  }
  return families;
}

bool has_curves(const Condition& condition) {
  return std::any_of(condition.of_model.begin(), condition.of_model.end(),
                     [](const BinnedCurves* curves) { return curves != nullptr; });
}

/// Of each perturbation the condition of the highest severity; where equal, the one that moves most.
std::vector<const Condition*> hardest_of(const ScoredFamily& family) {
  std::vector<const Condition*> chosen;
  for (const Condition& condition : family.conditions) {
    if (!has_curves(condition)) continue;
    const auto known = std::find_if(chosen.begin(), chosen.end(), [&](const Condition* other) {
      return other->perturbation == condition.perturbation;
    });
    if (known == chosen.end())
      chosen.push_back(&condition);
    else if (std::pair(condition.severity, condition.drift) >
             std::pair((*known)->severity, (*known)->drift))
      *known = &condition;
  }
  return chosen;
}

std::int64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0});
}

/// Six decimals: what a page of two hundred conditions can afford, and more than a bin is wide.
double rounded(double number) { return std::round(number * 1e6) / 1e6; }

/// From the first bin that holds something to the last, and a height of 0 where that one ends.
ChartSeries histogram_series(std::string name, int style, const Histogram& histogram,
                             const std::string& label) {
  ChartSeries series{std::move(name), style, {}};
  const auto& counts = histogram.counts;
  const std::int64_t all = total(histogram);
  if (all == 0) return series;
  const auto filled = [](std::int64_t count) { return count > 0; };
  const auto first = std::find_if(counts.begin(), counts.end(), filled) - counts.begin();
  const auto end = counts.rend() - std::find_if(counts.rbegin(), counts.rend(), filled);
  const double width = (histogram.high - histogram.low) / static_cast<double>(counts.size());
  for (auto bin = first; bin <= end; ++bin) {
    const std::int64_t count = bin < end ? counts[static_cast<std::size_t>(bin)] : 0;
    series.points.push_back({rounded(histogram.low + width * static_cast<double>(bin)),
                             rounded(static_cast<double>(count) / static_cast<double>(all)),
                             {},
                             label,
                             "",
                             all});
  }
  return series;
}

/// Corners at a rate of 0 have no place on a logarithmic axis: the curve ends before them.
ChartSeries det_series(const std::string& model, int style, const BinnedCurves& curves,
                       const std::string& label) {
  ChartSeries series{model, style, {}};
  const std::int64_t trials = total(curves.mated) + total(curves.non_mated);
  for (std::size_t i = 0; i < curves.fmr.size(); ++i)
    if (curves.fmr[i] > 0 && curves.fnmr[i] > 0)
      series.points.push_back({curves.fmr[i], curves.fnmr[i], {}, label, "", trials});
  return series;
}

std::string shown_label(const Condition& condition) {
  return condition.perturbation == "identity" ? "clean" : condition.label;
}

Panel det_panel(const RunRecord& run, const std::string& stage, const Condition& condition) {
  Panel panel;
  panel.kind = PanelKind::curve;
  panel.stage = stage;
  panel.title = shown_label(condition);
  panel.x = {"FMR, %", kLowestRate, 1, 100, true};
  panel.y = {"FNMR, %", kLowestRate, 1, 100, true};
  for (std::size_t m = 0; m < run.models.size(); ++m)
    if (const BinnedCurves* curves = condition.of_model[m])
      if (auto series = det_series(run.models[m], static_cast<int>(m), *curves, panel.title);
          series.points.size() > 1)
        panel.series.push_back(std::move(series));
  return panel;
}

Panel score_panel(const RunRecord& run, const std::string& stage, const Condition& condition,
                  std::size_t model) {
  Panel panel;
  panel.kind = PanelKind::outlines;
  panel.stage = stage;
  panel.title = fmt::format("{}, {}", run.models[model], shown_label(condition));
  panel.y = {"comparisons, %", 0, 1, 100};
  const BinnedCurves* curves = condition.of_model[model];
  if (curves == nullptr) return panel;
  panel.x = {"score", curves->mated.low, curves->mated.high, 1};
  const std::string& name = run.models[model];
  for (const auto& [kind, style, histogram] :
       {std::tuple("mated", 0, &curves->mated), std::tuple("non-mated", 1, &curves->non_mated)})
    if (total(*histogram) > 0)
      panel.series.push_back(
          histogram_series(name + ": " + kind, style, *histogram, shown_label(condition)));
  return panel;
}

Panel drift_panel(const RunRecord& run, const std::string& stage, const Condition& condition) {
  Panel panel;
  panel.kind = PanelKind::outlines;
  panel.stage = stage;
  panel.title = condition.label;
  panel.y = {fmt::format("{}, %", sample_words(run).many), 0, 1, 100};
  panel.x = {"drift, deg", 0, 0, 1};
  for (std::size_t m = 0; m < run.models.size(); ++m) {
    const BinnedCurves* curves = condition.of_model[m];
    if (curves == nullptr || total(curves->drift_deg) < kFewSamples) continue;
    panel.series.push_back(
        histogram_series(run.models[m], static_cast<int>(m), curves->drift_deg, condition.label));
    panel.x.high = std::max(panel.x.high, panel.series.back().points.back().x);
  }
  return panel;
}

Figure empty_figure(const std::string& measure, const std::string& title, const std::string& family,
                    const std::string& stage) {
  Figure figure;
  figure.id = markup_id(fmt::format("{}-{}-{}", measure, family.empty() ? "clean" : family, stage));
  figure.section = "scores";
  figure.title = fmt::format("{} under {}, {} stage", title, family, stage);
  figure.measure = measure;
  figure.family = family;
  return figure;
}

void keep(Figure& figure, Panel panel) {
  if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
}

/// " No curve of A at clean, jpeg@5: ...": models that a panel of the figure lacks.
std::string without_curve(const RunRecord& run, const Figure& figure) {
  std::string text;
  for (const std::string& model : run.models) {
    std::string where;
    for (const Panel& panel : figure.panels)
      if (std::none_of(panel.series.begin(), panel.series.end(),
                       [&](const ChartSeries& series) { return series.name == model; }))
        where += (where.empty() ? "" : ", ") + panel.title;
    if (!where.empty()) text += fmt::format(" No curve of {} at {}.", model, where);
  }
  return text.empty() ? ""
                      : text +
                            " There, fewer than two of the kept thresholds leave both rates above 0: "
                            "few comparisons, or few errors.";
}

Figure det_figure(const RunRecord& run, const std::string& stage, const Condition& clean,
                  const ScoredFamily& family) {
  Figure figure = empty_figure("det", "DET", family.name, stage);
  figure.caption =
      "Error rates over all thresholds, on logarithmic axes: the lower a curve, the better. Clean "
      "pictures first, then the highest severity of each perturbation. Of all mated and at most 10,000 "
      "non-mated comparisons, thinned; single curves bear no interval. A curve ends where a rate is 0.";
  for (const Condition* condition : hardest_of(family)) keep(figure, det_panel(run, stage, *condition));
  if (figure.panels.empty()) return figure;
  if (Panel panel = det_panel(run, stage, clean); !panel.series.empty())
    figure.panels.insert(figure.panels.begin(), std::move(panel));
  figure.caption += without_curve(run, figure);
  return figure;
}

Figure score_figure(const RunRecord& run, const std::string& stage, const Condition& clean,
                    const ScoredFamily& family) {
  Figure figure = empty_figure("score_histogram", "Scores", family.name, stage);
  figure.caption =
      "Similarity of mated and of non-mated comparisons, in 40 bins, on clean pictures and under the "
      "condition of the family with the largest mean drift. Scores of different models are not on one "
      "scale.";
  const Condition* worst = nullptr;
  for (const Condition& condition : family.conditions)
    if (has_curves(condition) && (worst == nullptr || condition.drift > worst->drift))
      worst = &condition;
  if (worst == nullptr) return figure;
  for (std::size_t m = 0; m < run.models.size(); ++m) {
    keep(figure, score_panel(run, stage, clean, m));
    keep(figure, score_panel(run, stage, *worst, m));
  }
  share_value_axis(figure.panels, 0);
  return figure;
}

Figure drift_figure(const RunRecord& run, const std::string& stage, const ScoredFamily& family) {
  Figure figure = empty_figure("drift_histogram", "Spread of drift", family.name, stage);
  figure.caption =
      "Angle between the clean and the perturbed embedding of each sample, in bins of 4 degrees, at the "
      "highest severity of each perturbation. Angles of different models are not on one scale.";
  for (const Condition* condition : hardest_of(family))
    keep(figure, drift_panel(run, stage, *condition));
  double longest = 0;
  for (const Panel& panel : figure.panels) longest = std::max(longest, panel.x.high);
  for (Panel& panel : figure.panels) panel.x.high = longest;
  share_value_axis(figure.panels, 0);
  return figure;
}

}  // namespace

std::vector<Figure> score_figures(const RunRecord& run) {
  std::vector<Figure> figures;
  if (run.curves.empty()) return figures;
  for (const std::string& stage : stages_of(run)) {
    const std::vector<ScoredFamily> families = scored_families_at(run, stage);
    const ScoredFamily& clean = families.front();
    for (const ScoredFamily& family : families) {
      if (family.name.empty()) continue;
      if (!clean.conditions.empty()) {
        figures.push_back(det_figure(run, stage, clean.conditions.front(), family));
        figures.push_back(score_figure(run, stage, clean.conditions.front(), family));
      }
      figures.push_back(drift_figure(run, stage, family));
    }
  }
  std::erase_if(figures, [](const Figure& figure) { return figure.panels.empty(); });
  return figures;
}

}  // namespace robench
