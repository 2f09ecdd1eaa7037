// SPDX-License-Identifier: Apache-2.0
// mCE and relative mCE (Hendrycks and Dietterich 2019, arXiv:1903.12261) against a reference model that
// is named, over a list of perturbations that is named. E is the FNMR at the frozen threshold.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "metrics/run_summary.h"

namespace robench::summaries {
namespace {

const std::array<std::string, 15> kImageNetC = {
    "gaussian_noise",    "shot_noise", "impulse_noise",   "defocus_blur", "glass_blur", "motion_blur",
    "zoom_blur",         "snow",       "frost",           "fog",          "brightness", "contrast",
    "elastic_transform", "pixelate",   "jpeg_compression"};

std::vector<std::string> list_of(const SummaryOptions& options) {
  if (!options.perturbations.empty()) return options.perturbations;
  return {kImageNetC.begin(), kImageNetC.end()};
}

const SeverityCurve* find_curve(const ModelCurves& model, const std::string& perturbation) {
  const auto found = std::find_if(model.fnmr.begin(), model.fnmr.end(), [&](const SeverityCurve& curve) {
    return curve.perturbation == perturbation;
  });
  return found == model.fnmr.end() ? nullptr : &*found;
}

bool has_one_to_five(const SeverityCurve& curve) {
  return curve.severities == std::vector<double>{1, 2, 3, 4, 5};
}

/// Sum over severities, of the error or of what it adds to the clean one.
Sampled total(const SeverityCurve& curve, bool relative) {
  std::vector<Sampled> points = curve.losses;
  points.push_back(curve.clean);
  return combined(points, [&](std::span<const double> y) {
    const double sum = std::accumulate(y.begin(), y.end() - 1, 0.0);
    return relative ? sum - static_cast<double>(y.size() - 1) * y.back() : sum;
  });
}

Sampled ratio(const Sampled& model, const Sampled& reference, const std::string& perturbation) {
  const std::vector<Sampled> parts{model, reference};
  Sampled result = combined(parts, [](std::span<const double> values) { return values[0] / values[1]; });
  if (!result.missing.empty()) return result;
  result.n = model.n;
  const auto range = percentile_interval(reference.replicates);
  const bool clear = reference.value > 0 && range && range->low > 0 &&
                     reference.subjects >= SubjectBootstrap::kMinSubjects;
  if (clear) return result;
  Sampled not_available;
  not_available.missing =
      fmt::format("NA: the reference's loss under {} is not clearly above zero", perturbation);
  return not_available;
}

struct Form {
  std::string of_one;
  std::string of_list;
  bool relative;
  std::string formula;
};
const std::array<Form, 2> kForms = {
    Form{"corruption_error", "mce", false, "sum over severities 1-5 of FNMR, over the same sum of {}"},
    Form{"relative_corruption_error", "relative_mce", true,
         "sum over severities 1-5 of FNMR - clean FNMR, over the same sum of {}"}};

void add_model(const ModelCurves& model, const ModelCurves& reference,
               const std::vector<std::string>& list, std::vector<SummaryRow>& rows) {
  for (const Form& form : kForms) {
    const std::string formula = fmt::format(fmt::runtime(form.formula), reference.model);
    std::vector<Sampled> ratios;
    for (const std::string& name : list) {
      ratios.push_back(ratio(total(*find_curve(model, name), form.relative),
                             total(*find_curve(reference, name), form.relative), name));
      rows.push_back({model.model, model.stage, name,
                      sampled_measure(form.of_one, "1", Better::lower, ratios.back(), formula)});
    }
    rows.push_back(
        {model.model, model.stage, "all",
         sampled_measure(form.of_list, "1", Better::lower, mean_of(ratios),
                         fmt::format("mean over {} of: {}", fmt::join(list, ", "), formula))});
  }
}

std::vector<SummaryRow> corruption_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  if (input.options.reference_model.empty()) return rows;
  const std::vector<std::string> list = list_of(input.options);
  for (const auto& models : by_stage(input)) {
    const auto reference = std::find_if(models.begin(), models.end(), [&](const ModelCurves& model) {
      return model.model == input.options.reference_model;
    });
    const bool complete =
        reference != models.end() && std::all_of(list.begin(), list.end(), [&](const std::string& name) {
          const SeverityCurve* curve = find_curve(*reference, name);
          return curve != nullptr && has_one_to_five(*curve);
        });
    for (const ModelCurves& model : models) {
      if (complete) {
        add_model(model, *reference, list, rows);
        continue;
      }
      for (const Form& form : kForms)
        rows.push_back(
            {model.model, model.stage, "all",
             refused(
                 form.of_list, "1", Better::lower,
                 fmt::format("severities 1 to 5 of all of {} are needed; `summaries: {{ perturbations: "
                             "[...] }}` names another list",
                             fmt::join(list, ", ")))});
    }
  }
  return rows;
}

}  // namespace

SummarySpec corruption_error() {
  return {"corruption_error",
          "mCE and relative mCE against a named reference model, over a named list",
          {{"corruption_error", "1", Better::lower, "error over that of the reference model"},
           {"mce", "1", Better::lower, "mean of it over the list"},
           {"relative_corruption_error", "1", Better::lower,
            "what is added to the clean error, over that of the reference model"},
           {"relative_mce", "1", Better::lower, "mean of it over the list"}},
          corruption_rows};
}

}  // namespace robench::summaries
