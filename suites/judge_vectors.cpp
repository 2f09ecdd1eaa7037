// SPDX-License-Identifier: Apache-2.0
#include "suites/judge_vectors.h"

#include <cmath>

#include <fmt/format.h>

#include "metrics/vector_agreement.h"
#include "perturb/error.h"
#include "perturb/params.h"
#include "reports/numbers.h"

namespace robench {
namespace {

/// As the run's documents call the sample: hashed where the run is private.
std::string sample_name(const LoadedRun& run, std::size_t row) {
  const std::size_t models = run.record.models.size();
  if (run.record.samples.size() != run.outcomes.samples.size() * models)
    return run.outcomes.samples[row];
  const SampleRecord& sample = run.record.samples[row * models];
  return sample.face == 0 ? sample.path : fmt::format("{}#{}", sample.path, sample.face);
}

void refuse_without_vectors(const LoadedRun& run, const ModelOutcomes& model, const VectorLimit& limit) {
  if (model.vectors.rows() > 0) return;
  Diagnostic fault;
  fault.place = limit.place;
  fault.message = fmt::format("{} kept no vectors of {}", run.name, model.model);
  fault.hint =
      "write `keep: [vectors]` into the suite, or `data: { probes: 64 }`, which needs no faces, and run "
      "it again";
  throw ConfigError(std::vector<Diagnostic>{fault});
}

/// What no sample of n showed, a share of others may still do: 1 - 0.05^(1/n) at the most (Clopper and
/// Pearson 1934, one-sided 95 %).
std::string unseen_text(std::int64_t n) {
  const double most = 1 - std::pow(0.05, 1.0 / static_cast<double>(n));
  return fmt::format("at most {} % of such samples do (95 %)", fixed(100 * most, 2));
}

}  // namespace

std::string moved_vectors_text(const ModelOutcomes& baseline, const ModelOutcomes& candidate) {
  const VectorAgreement found = vector_agreement(baseline, candidate, 0);
  if (!found.incomparable.empty()) return "Its vectors: " + found.incomparable + ".";
  if (found.identical)
    return fmt::format("The vectors of {} samples are the same, number for number.", grouped(found.n));
  return fmt::format(
      "The vectors of {} samples moved by at most {:.2g} (1 - cosine), half of them by {:.2g}.",
      grouped(found.n), found.largest, found.median);
}

GateCheck judge_vectors(const LoadedRun& baseline, const LoadedRun& candidate, std::size_t of_baseline,
                        std::size_t of_candidate, const VectorLimit& limit) {
  const ModelOutcomes& old_model = baseline.outcomes.models[of_baseline];
  const ModelOutcomes& new_model = candidate.outcomes.models[of_candidate];
  refuse_without_vectors(baseline, old_model, limit);
  refuse_without_vectors(candidate, new_model, limit);
  GateCheck check;
  check.name = "vectors of " + new_model.model;
  check.family = "stored templates";
  const VectorAgreement found = vector_agreement(old_model, new_model, limit.max_cosine_distance);
  const std::string most = shortest(limit.max_cosine_distance);
  if (!found.incomparable.empty()) {
    check.verdict = GateVerdict::fail;
    check.found = found.incomparable + ": no stored template can match";
    check.excess = 1;
    return check;
  }
  if (found.identical) {
    check.found = fmt::format("identical, number for number, n {} samples", grouped(found.n));
    return check;
  }
  if (found.n > 0)
    check.found = fmt::format("largest 1 - cosine {:.3g} ({}), median {:.2g}, limit {}, n {} samples",
                              found.largest, sample_name(baseline, found.worst), found.median, most,
                              grouped(found.n));
  if (found.lost > 0)
    check.found += fmt::format("{}{} of the baseline's vectors have no counterpart, the first {}",
                               check.found.empty() ? "" : "; ", grouped(found.lost),
                               sample_name(baseline, found.first_lost));
  if (found.beyond == 0 && found.lost == 0) {
    check.found += "; none moves further; " + unseen_text(found.n);
    return check;
  }
  check.verdict = GateVerdict::fail;
  check.excess = found.largest - limit.max_cosine_distance;
  if (found.beyond > 0)
    check.found += fmt::format("; {} moved further than the limit", grouped(found.beyond));
  return check;
}

}  // namespace robench
