// SPDX-License-Identifier: Apache-2.0
// The worst perturbation of a family. The largest of several noisy numbers is too large on the average,
// so it stands beside its bootstrap-corrected value.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "metrics/run_summary.h"

namespace robench::summaries {
namespace {

struct Group {
  std::string scope;
  std::vector<Sampled> means;
  std::vector<std::string> names;
};

std::vector<Group> groups_of(const std::vector<SeverityCurve>& curves) {
  std::vector<Group> groups;
  Group all{"all", {}, {}};
  for (const SeverityCurve& curve : curves) {
    const std::string scope = "family:" + curve.family;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& known) { return known.scope == scope; });
    if (group == groups.end()) group = groups.insert(group, {scope, {}, {}});
    for (Group* into : {&*group, &all}) {
      into->means.push_back(curve.mean());
      into->names.push_back(curve.perturbation);
    }
  }
  std::erase_if(groups, [](const Group& group) { return group.means.size() < 2; });
  if (all.means.size() > 1) groups.push_back(std::move(all));
  return groups;
}

/// max minus its bootstrap bias, mean of the replicates' max minus max (Efron and Tibshirani 1993, ch.
/// 10).
Sampled corrected(const Sampled& worst) {
  Sampled result = worst;
  if (worst.replicates.empty()) return result;
  const double mean = std::accumulate(worst.replicates.begin(), worst.replicates.end(), 0.0) /
                      static_cast<double>(worst.replicates.size());
  const double bias = mean - worst.value;
  result.value = worst.value - bias;
  // The replicates carry the bias twice: the sample's own, and that of resampling it.
  for (double& replicate : result.replicates) replicate -= 2 * bias;
  return result;
}

void add(const ModelCurves& model, const Loss& loss, const Group& group, std::vector<SummaryRow>& rows) {
  const Sampled worst = combined(group.means, [](std::span<const double> values) {
    return *std::max_element(values.begin(), values.end());
  });
  std::string note;
  if (worst.missing.empty()) {
    const auto largest =
        std::max_element(group.means.begin(), group.means.end(),
                         [](const Sampled& a, const Sampled& b) { return a.value < b.value; });
    note = fmt::format("{}, of {} perturbations by mean error over severities",
                       group.names[static_cast<std::size_t>(largest - group.means.begin())],
                       group.names.size());
  }
  rows.push_back({model.model, model.stage, group.scope,
                  sampled_measure("worst_case:" + loss.name, loss.unit, Better::lower, worst,
                                  note + "; a maximum of noisy values is too large on the average",
                                  loss.is_share)});
  rows.push_back(
      {model.model, model.stage, group.scope,
       sampled_measure("worst_case_corrected:" + loss.name, loss.unit, Better::lower, corrected(worst),
                       note + "; minus the bootstrap's estimate of its bias", loss.is_share)});
}

std::vector<SummaryRow> worst_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const ModelCurves& model : input.curves)
    for (const Loss* loss : {&fnmr_loss(), &drift_loss()})
      for (const Group& group : groups_of(curves_of(model, *loss))) add(model, *loss, group, rows);
  return rows;
}

}  // namespace

SummarySpec worst_case() {
  return {"worst_case",
          "the worst perturbation of a family, raw and corrected for being a maximum",
          {{"worst_case:fnmr", "share", Better::lower, "largest mean FNMR"},
           {"worst_case_corrected:fnmr", "share", Better::lower, "minus its bootstrap bias"},
           {"worst_case:drift_angle_deg", "deg", Better::lower, "largest mean drift"},
           {"worst_case_corrected:drift_angle_deg", "deg", Better::lower, "minus its bootstrap bias"}},
          worst_rows};
}

}  // namespace robench::summaries
