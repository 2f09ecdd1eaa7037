// SPDX-License-Identifier: Apache-2.0
// Which model errs least, and would other people have said the same? The same subjects are resampled for
// all models. By FNMR only: drift angles of different models are not on one scale.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/run_summary.h"

namespace robench::summaries {
namespace {

double lower_or_tie(double mine, double other) { return mine < other ? 1 : mine == other ? 0.5 : 0; }

/// 1 = least error; equals share the mean of their ranks.
double rank_of(std::size_t model, std::span<const double> errors) {
  double rank = 1;
  for (std::size_t other = 0; other < errors.size(); ++other)
    if (other != model) rank += lower_or_tie(errors[other], errors[model]);
  return rank;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Measure share_measure(std::string name, const Sampled& happens, Better better, std::string note) {
  if (!happens.missing.empty()) return refused(std::move(name), "share", better, happens.missing);
  if (happens.subjects < SubjectBootstrap::kMinSubjects)
    return refused(std::move(name), "share", better,
                   fmt::format("{} subjects, fewer than {}, say nothing of other people",
                               happens.subjects, SubjectBootstrap::kMinSubjects));
  return {
      std::move(name), mean(happens.replicates), "share", std::ssize(happens.replicates), std::nullopt,
      better,          std::move(note)};
}

struct Contest {
  const Loss& loss;
  std::string stage;
  std::string scope;
  std::vector<std::string> models;
  std::vector<Sampled> errors;  // one per model
};

void add_contestant(const Contest& contest, std::size_t m, std::vector<SummaryRow>& rows) {
  const auto add = [&](Measure measure) {
    rows.push_back({contest.models[m], contest.stage, contest.scope, std::move(measure)});
  };
  const Sampled rank =
      combined(contest.errors, [m](std::span<const double> errors) { return rank_of(m, errors); });
  add(sampled_measure("rank:" + contest.loss.name, "1", Better::lower, rank,
                      fmt::format("of {} models by mean error; 1 is the least", contest.models.size())));
  for (std::size_t other = 0; other < contest.models.size(); ++other) {
    if (other == m) continue;
    const std::vector<Sampled> pair{contest.errors[m], contest.errors[other]};
    const auto name = [&](const char* what) {
      return fmt::format("{}:{}:{}", what, contest.loss.name, contest.models[other]);
    };
    add(sampled_measure(name("difference"), contest.loss.unit, Better::lower,
                        combined(pair, [](std::span<const double> y) { return y[0] - y[1]; }),
                        "mean error minus that of the other model; paired by subject"));
    add(share_measure(
        name("lower_error_share"),
        combined(pair, [](std::span<const double> y) { return lower_or_tie(y[0], y[1]); }),
        Better::higher,
        "of bootstrap replicates, those in which this model errs less than the other; ties count half"));
  }
}

/// How often a replicate puts the models in another order than the data do.
Measure flip_rate(const Contest& contest) {
  std::vector<double> observed;
  for (const Sampled& error : contest.errors) observed.push_back(error.value);
  const auto differs = [&](std::span<const double> errors) {
    for (std::size_t a = 0; a < errors.size(); ++a)
      for (std::size_t b = 0; b < a; ++b)
        if (lower_or_tie(errors[a], errors[b]) != lower_or_tie(observed[a], observed[b])) return 1.0;
    return 0.0;
  };
  return share_measure("ranking_flip_rate:" + contest.loss.name, combined(contest.errors, differs),
                       Better::lower, "of bootstrap replicates, those with another order of the models");
}

std::vector<SummaryRow> ranking_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const auto& models : by_stage(input)) {
    if (models.size() < 2) continue;
    std::vector<std::vector<Scoped>> of_model;
    std::vector<std::string> names;
    for (const ModelCurves& model : models) {
      std::vector<Sampled> means;
      for (const SeverityCurve& curve : curves_of(model, fnmr_loss())) means.push_back(curve.mean());
      of_model.push_back(scoped(curves_of(model, fnmr_loss()), means));
      names.push_back(model.model);
    }
    const std::size_t perturbations = curves_of(models.front(), fnmr_loss()).size();
    for (std::size_t s = perturbations; s < of_model.front().size(); ++s) {
      Contest contest{fnmr_loss(), models.front().stage, of_model.front()[s].scope, names, {}};
      for (const auto& scopes : of_model) contest.errors.push_back(scopes[s].value);
      for (std::size_t m = 0; m < names.size(); ++m) add_contestant(contest, m, rows);
      rows.push_back({"all", contest.stage, contest.scope, flip_rate(contest)});
    }
  }
  return rows;
}

}  // namespace

SummarySpec ranking() {
  return {"ranking",
          "the order of the models by mean error, and how sure it is",
          {{"rank:fnmr", "1", Better::lower, "1 = least mean FNMR of all models"},
           {"difference:fnmr:MODEL", "share", Better::lower, "mean FNMR minus that of MODEL, paired"},
           {"lower_error_share:fnmr:MODEL", "share", Better::higher,
            "resamples of subjects in which this model errs less than MODEL"},
           {"ranking_flip_rate:fnmr", "share", Better::lower,
            "resamples of subjects that put the models in another order"}},
          ranking_rows};
}

}  // namespace robench::summaries
