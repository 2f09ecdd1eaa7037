// SPDX-License-Identifier: Apache-2.0
#include "metrics/paired_cells.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <optional>

#include "metrics/rate.h"

namespace robench {
namespace {

/// The same bits, so that NaN equals NaN.
template <typename Value>
bool same(const std::vector<Value>& a, const std::vector<Value>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0);
}

constexpr const char* kAnglesOfTwoModels =
    "drift angles of different models (other weights or another card) are not on one scale; "
    "drift_relative is";
constexpr const char* kNoPairedFace = "no face that both models acquired";

/// "" where the model has no such entry.
std::string entry_of(const ModelOutcomes& model, const char* key) {
  const auto found = model.identity.find(key);
  return found == model.identity.end() ? std::string() : found->second;
}

std::string no_scale(const ModelOutcomes& model) {
  return "the run of '" + model.model +
         "' holds no distance between clean faces to measure drift by (fewer than two faces, or made by "
         "an older robench: run it again)";
}

bool concerns(const ConditionOutcomes& a, const ConditionOutcomes& b) {
  return a.stage == b.stage && a.label == b.label && a.params == b.params &&
         a.repetitions == b.repetitions;
}

const ConditionOutcomes* counterpart(const ConditionOutcomes& condition, const ModelOutcomes& model) {
  const auto found =
      std::find_if(model.conditions.begin(), model.conditions.end(),
                   [&](const ConditionOutcomes& other) { return concerns(condition, other); });
  return found == model.conditions.end() ? nullptr : &*found;
}

/// One pair of conditions, and how its cells are made.
class CellMaker {
 public:
  CellMaker(const RunOutcomes& run, const ModelOutcomes& model_a, const ModelOutcomes& model_b,
            const ConditionOutcomes& a, const ConditionOutcomes& b)
      : run_(run), model_a_(model_a), model_b_(model_b), a_(a), b_(b) {}

  [[nodiscard]] PairedCell errors(bool mated, Judged judged) const {
    const bool own = judged == Judged::own;
    PairedCell cell = named(std::string(mated ? "fnmr" : "fmr") + (own ? "" : "_drop_in"), "share");
    const KeptThreshold& of_b = own ? model_b_.threshold : model_a_.threshold;
    if (const std::string reason = no_threshold(own); !reason.empty())
      return cell.missing = reason, cell;
    cell.identical = same(a_.scores, b_.scores) && model_a_.threshold == of_b;
    for (std::size_t i = 0; i < a_.scores.size(); ++i) {
      const Trial& trial = run_.trials[i % run_.trials.size()];
      const int half = run_.half[trial.reference];
      if (trial.mated != mated || half < 0 || half != run_.half[trial.probe]) continue;
      if (std::isnan(a_.scores[i]) || std::isnan(b_.scores[i])) continue;
      const bool accepts_a = a_.scores[i] >= model_a_.threshold.of_half[half];
      const bool accepts_b = b_.scores[i] >= of_b.of_half[half];
      const int unit = run_.unit[trial.reference];
      const int other = run_.unit[trial.probe];
      cell.values.push_back(
          {unit, mated ? unit : other, accepts_a == mated ? 0.0 : 1.0, accepts_b == mated ? 0.0 : 1.0});
    }
    return finished(std::move(cell), mated ? "no mated comparison that both models acquired"
                                           : "no non-mated comparison that both models acquired");
  }

  [[nodiscard]] PairedCell angles() const {
    PairedCell cell = named("drift_angle_deg", "deg");
    cell.of_decisions = false;
    if (!same_model(model_a_, model_b_)) return cell.missing = kAnglesOfTwoModels, cell;
    cell.identical = same(a_.drift_deg, b_.drift_deg);
    add_drift(cell, [](double degrees, const DriftScale&) { return degrees; });
    return finished(std::move(cell), kNoPairedFace);
  }

  [[nodiscard]] PairedCell relative_drift() const {
    PairedCell cell = named("drift_relative", "share");
    cell.of_decisions = false;
    for (const ModelOutcomes* model : {&model_a_, &model_b_})
      if (!(model->scale.distance > 0)) return cell.missing = no_scale(*model), cell;
    cell.identical =
        same(a_.drift_deg, b_.drift_deg) && model_a_.scale.distance == model_b_.scale.distance;
    add_drift(cell, [](double degrees, const DriftScale& scale) {
      const double sine = std::sin(degrees * std::numbers::pi / 360);
      return 2 * sine * sine / scale.distance;  // 1 - cosine, exact for small angles
    });
    return finished(std::move(cell), kNoPairedFace);
  }

  [[nodiscard]] PairedCell failures() const {
    PairedCell cell = named("not_acquired_rate", "share");
    cell.identical = same(a_.status, b_.status);
    for (std::size_t i = 0; i < a_.status.size(); ++i) {
      const int unit = run_.unit[i % run_.unit.size()];
      cell.values.push_back(
          {unit, unit, a_.status[i] == Status::ok ? 0.0 : 1.0, b_.status[i] == Status::ok ? 0.0 : 1.0});
    }
    return finished(std::move(cell), "no samples");
  }

 private:
  template <typename Value>
  void add_drift(PairedCell& cell, const Value& value) const {
    for (std::size_t i = 0; i < a_.drift_deg.size(); ++i) {
      if (std::isnan(a_.drift_deg[i]) || std::isnan(b_.drift_deg[i])) continue;
      const int unit = run_.unit[i % run_.unit.size()];
      cell.values.push_back(
          {unit, unit, value(a_.drift_deg[i], model_a_.scale), value(b_.drift_deg[i], model_b_.scale)});
    }
  }

  [[nodiscard]] PairedCell named(std::string measure, std::string unit) const {
    PairedCell cell;
    cell.stage = a_.stage;
    cell.perturbation = a_.perturbation;
    cell.family = a_.family;
    cell.label = a_.label;
    cell.clean = a_.clean;
    cell.measure = std::move(measure);
    cell.unit = std::move(unit);
    return cell;
  }

  [[nodiscard]] std::string no_threshold(bool own) const {
    if (!model_a_.threshold.available) return model_a_.threshold.reason;
    if (own) return model_b_.threshold.available ? "" : model_b_.threshold.reason;
    return different_scales(model_a_, model_b_);
  }

  [[nodiscard]] static PairedCell finished(PairedCell cell, const char* missing) {
    if (cell.values.empty()) return cell.missing = missing, cell;
    double sum_a = 0;
    double sum_b = 0;
    for (const PairedValue& value : cell.values) sum_a += value.a, sum_b += value.b;
    cell.a = sum_a / static_cast<double>(cell.values.size());
    cell.b = sum_b / static_cast<double>(cell.values.size());
    return cell;
  }

  const RunOutcomes& run_;
  const ModelOutcomes& model_a_;
  const ModelOutcomes& model_b_;
  const ConditionOutcomes& a_;
  const ConditionOutcomes& b_;
};

/// Sums in each replicate where a comparison counts with the product of the weights of both people.
struct Replicates {
  std::vector<double> a, b, weight;
};

Replicates replicates_of_two_people(const PairedCell& cell, const SubjectBootstrap& bootstrap) {
  const auto count = static_cast<std::size_t>(bootstrap.replicates());
  Replicates sums{std::vector<double>(count), std::vector<double>(count), std::vector<double>(count)};
  for (const PairedValue& value : cell.values) {
    const auto one = bootstrap.of_unit(value.unit);
    const auto other = bootstrap.of_unit(value.other_unit);
    const bool within = value.unit == value.other_unit;
    for (std::size_t r = 0; r < count; ++r) {
      const double weight = within ? one[r] : one[r] * other[r];
      sums.a[r] += weight * value.a;
      sums.b[r] += weight * value.b;
      sums.weight[r] += weight;
    }
  }
  for (std::size_t r = 0; r < count; ++r) sums.a[r] /= sums.weight[r], sums.b[r] /= sums.weight[r];
  return sums;
}

bool concerns_one_person(const PairedValue& value) { return value.unit == value.other_unit; }

}  // namespace

const std::vector<std::string>& paired_measures() {
  static const std::vector<std::string> names = {
      "fnmr",           "fnmr_drop_in",     "fmr", "fmr_drop_in", "drift_angle_deg",
      "drift_relative", "not_acquired_rate"};
  return names;
}

std::vector<PairedCell> paired_cells(const RunOutcomes& run_a, const ModelOutcomes& a,
                                     const ModelOutcomes& b) {
  std::vector<PairedCell> cells;
  for (const ConditionOutcomes& condition : a.conditions) {
    const ConditionOutcomes* other = counterpart(condition, b);
    if (other == nullptr) continue;
    const CellMaker maker(run_a, a, b, condition, *other);
    for (const bool mated : {true, false})
      for (const Judged judged : {Judged::own, Judged::drop_in})
        cells.push_back(maker.errors(mated, judged));
    if (!condition.clean) {
      cells.push_back(maker.angles());
      cells.push_back(maker.relative_drift());
    }
    cells.push_back(maker.failures());
  }
  return cells;
}

std::vector<std::string> missing_conditions(const ModelOutcomes& a, const ModelOutcomes& b) {
  std::vector<std::string> missing;
  for (const ConditionOutcomes& condition : a.conditions)
    if (counterpart(condition, b) == nullptr) missing.push_back(condition.stage + " " + condition.label);
  return missing;
}

bool same_model(const ModelOutcomes& a, const ModelOutcomes& b) {
  return entry_of(a, "weights_sha256") == entry_of(b, "weights_sha256") &&
         entry_of(a, "card_sha256") == entry_of(b, "card_sha256");
}

std::string different_scales(const ModelOutcomes& a, const ModelOutcomes& b) {
  const std::string kind_a = entry_of(a, "comparison");
  const std::string kind_b = entry_of(b, "comparison");
  if (kind_a == kind_b) return "";
  return "'" + a.model + "' compares by " + kind_a + ", '" + b.model + "' by " + kind_b +
         ": their scores are on different scales";
}

UnitDifferences unit_differences(const PairedCell& cell, int units) {
  UnitDifferences result;
  result.of_unit.assign(static_cast<std::size_t>(units), 0.0);
  result.n = static_cast<std::int64_t>(cell.values.size());
  result.is_share = cell.of_decisions;
  result.credited_twice = !std::all_of(cell.values.begin(), cell.values.end(), concerns_one_person);
  std::vector<bool> seen(static_cast<std::size_t>(units), false);
  for (const PairedValue& value : cell.values) {
    const double difference = value.b - value.a;
    seen[value.unit] = seen[value.other_unit] = true;
    result.of_unit[value.unit] += difference;
    if (result.credited_twice) result.of_unit[value.other_unit] += difference;
  }
  result.units = static_cast<int>(std::count(seen.begin(), seen.end(), true));
  return result;
}

PairedDifference bootstrap_difference(const PairedCell& cell, const SubjectBootstrap& bootstrap) {
  if (std::all_of(cell.values.begin(), cell.values.end(), concerns_one_person)) {
    UnitMean a(bootstrap.units());
    UnitMean b(bootstrap.units());
    for (const PairedValue& value : cell.values) a.add(value.unit, value.a), b.add(value.unit, value.b);
    return paired_difference(b, a, bootstrap);
  }
  const int people = unit_differences(cell, bootstrap.units()).units;
  if (people < SubjectBootstrap::kMinSubjects)
    return {cell.b - cell.a, std::nullopt, std::numeric_limits<double>::quiet_NaN(),
            too_few_subjects(people)};
  const Replicates sums = replicates_of_two_people(cell, bootstrap);
  return paired_difference(cell.b, cell.a, sums.b, sums.a);
}

}  // namespace robench
