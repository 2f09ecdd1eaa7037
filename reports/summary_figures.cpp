// SPDX-License-Identifier: Apache-2.0
// Mean errors over the severities: which family costs which model how much.
#include <algorithm>

#include <fmt/format.h>

#include "reports/comparison.h"
#include "reports/figure.h"
#include "reports/markup.h"
#include "reports/summary_scope.h"

namespace robench {
namespace {

constexpr const char* kMeanFnmr = "mean_error:fnmr";

std::string row_name(const std::string& scope) {
  if (scope == "all") return "all families";
  return scope.starts_with("family:") ? "family " + scope.substr(7) : scope;
}

const Measure* mean_of(const SummaryRecord& record) {
  for (const Measure& measure : record.measures)
    if (measure.name == kMeanFnmr && std::isfinite(measure.value)) return &measure;
  return nullptr;
}

std::optional<Panel> panel_of(const RunRecord& run, const std::string& stage) {
  Panel panel;
  panel.kind = PanelKind::dots;
  panel.title = fmt::format("Mean FNMR over the severities, {} stage", stage);
  panel.stage = stage;
  panel.x.label = "mean FNMR, %";
  panel.x.scale = 100;
  for (std::size_t m = 0; m < run.models.size(); ++m)
    panel.series.push_back({run.models[m], static_cast<int>(m), {}});
  for (const SummaryRecord& record : run.summaries) {
    const auto model = std::find(run.models.begin(), run.models.end(), record.model);
    const Measure* mean = mean_of(record);
    if (record.stage != stage || model == run.models.end() || mean == nullptr) continue;
    const std::string name = row_name(record.scope);
    auto row = std::find(panel.rows.begin(), panel.rows.end(), name);
    if (row == panel.rows.end()) row = panel.rows.insert(row, name);
    panel.series[static_cast<std::size_t>(model - run.models.begin())].points.push_back(
        dot_point(static_cast<std::size_t>(row - panel.rows.begin()), *mean, name));
  }
  if (panel.rows.empty()) return std::nullopt;
  return panel;
}

}  // namespace

std::vector<Figure> summary_figures(const RunRecord& run) {
  Figure figure;
  figure.id = "mean-fnmr";
  figure.section = "summary";
  figure.title = "What each perturbation costs, averaged over its severities";
  figure.caption =
      "A family is the mean of its perturbations, all families the mean of the families. Severities of "
      "different families are not on one scale: compare the models within a row, not the rows.";
  figure.measure = kMeanFnmr;
  for (const std::string& stage : stages_of(run))
    if (auto panel = panel_of(run, stage)) {
      figure.panels.push_back(std::move(*panel));
      std::string left_out = left_out_in_words(summary_scope(run, stage));
      std::erase(left_out, '`');  // a caption is plain text
      if (!left_out.empty()) figure.caption += fmt::format(" The {} stage: {}.", stage, left_out);
    }
  if (figure.panels.empty()) return {};
  share_value_axis(figure.panels, 0);
  return {figure};
}

}  // namespace robench
