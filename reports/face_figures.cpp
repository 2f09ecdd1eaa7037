// SPDX-License-Identifier: Apache-2.0
// How drift is spread over the faces: one histogram for each model.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/figure.h"
#include "reports/numbers.h"
#include "reports/sample_words.h"

namespace robench {
namespace {

constexpr std::size_t kBins = 20;

std::vector<double> drifts_of(const RunRecord& run, const std::string& model) {
  std::vector<double> drifts;
  for (const SampleRecord& sample : run.samples)
    if (sample.model == model && sample.summary && std::isfinite(sample.summary->drift_median))
      drifts.push_back(sample.summary->drift_median);
  return drifts;
}

/// A round width of which `kBins` or fewer reach the largest value.
double bin_width(double largest) {
  const double rough = std::max(largest, 1e-6) / static_cast<double>(kBins);
  const double unit = std::pow(10, std::floor(std::log10(rough)));
  for (const double step : {1.0, 2.0, 2.5, 5.0})
    if (unit * step >= rough) return unit * step;
  return unit * 10;
}

Panel panel_of(const std::string& model, int style, const std::vector<double>& drifts,
               const Words& samples) {
  const double width = bin_width(*std::max_element(drifts.begin(), drifts.end()));
  std::array<std::int64_t, kBins> counts{};
  for (const double drift : drifts) {
    const auto bin = static_cast<std::size_t>(std::max(0.0, std::floor(drift / width)));
    ++counts[std::min(bin, kBins - 1)];
  }
  Panel panel;
  panel.kind = PanelKind::bars;
  panel.title = model;
  panel.x = {fmt::format("median 1 - cosine of a {}", samples.one), 0,
             width * static_cast<double>(kBins), 1};
  panel.y = {fmt::format("{}, %", samples.many), 0, 1, 100};
  ChartSeries series{model, style, {}};
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const double left = width * static_cast<double>(bin);
    const double share = static_cast<double>(counts[bin]) / static_cast<double>(drifts.size());
    series.points.push_back(
        {left,
         share,
         {},
         fmt::format("{:.4g} to {:.4g}", left, left + width),
         fmt::format("{} of {} {}, {} %", grouped(counts[bin]),
                     grouped(static_cast<std::int64_t>(drifts.size())), samples.many, percent(share)),
         0});
  }
  panel.series.push_back(std::move(series));
  return panel;
}

}  // namespace

std::vector<Figure> face_figures(const RunRecord& run) {
  Figure figure;
  figure.id = "drift-of-faces";
  figure.section = "faces";
  const Words samples = sample_words(run);
  figure.title = fmt::format("How drift is spread over the {}", samples.many);
  figure.caption = fmt::format(
      "For each {} the median of 1 - cosine over the perturbed conditions of the run. The scales of "
      "the models differ: a number here means nothing beside another model's.",
      samples.one);
  figure.measure = "drift_median";
  for (std::size_t m = 0; m < run.models.size(); ++m) {
    const std::vector<double> drifts = drifts_of(run, run.models[m]);
    if (static_cast<std::int64_t>(drifts.size()) < kFewSamples) continue;
    figure.panels.push_back(panel_of(run.models[m], static_cast<int>(m), drifts, samples));
  }
  if (figure.panels.empty()) return {};
  share_value_axis(figure.panels, 0);
  return {figure};
}

}  // namespace robench
