// SPDX-License-Identifier: Apache-2.0
#include "tests/confidence/band_coverage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

#include <fmt/format.h>

#include "metrics/confidence/conformal.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/random_stream.h"

namespace robench::confidence {
namespace {

constexpr int kMostPairs = 5;  // mated pairs of a person
constexpr double kCoverage = 0.9;

struct MatedPair {
  int reference, probe, subject;
};

/// Scores of the mated pairs under one condition of the probe; the reference is clean.
struct Scored {
  std::string family;
  int severity = 0;
  std::vector<double> score;  // of each pair
};

/// What bands are calibrated on.
enum Calibration { clean, all, same_severity, other_families, kCalibrations };

std::vector<MatedPair> mated_pairs(const LfwTables& lfw) {
  std::map<int, std::vector<int>> pictures;
  for (std::size_t i = 0; i < lfw.subject.size(); ++i)
    pictures[lfw.subject[i]].push_back(static_cast<int>(i));
  std::vector<MatedPair> pairs;
  for (const auto& [subject, of_subject] : pictures) {
    int taken = 0;
    for (std::size_t i = 0; i + 1 < of_subject.size(); ++i)
      for (std::size_t j = i + 1; j < of_subject.size() && taken < kMostPairs; ++j, ++taken)
        pairs.push_back({of_subject[i], of_subject[j], subject});
  }
  return pairs;
}

std::vector<Scored> score_all(const LfwTables& lfw, std::size_t model,
                              const std::vector<MatedPair>& pairs) {
  const auto& conditions = lfw.experiment.suite.conditions;
  std::vector<Scored> scored;
  Eigen::MatrixXd references;
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    if (conditions[c].is_clean() && c > 0) continue;
    const Eigen::MatrixXd probes = lfw.unit_embeddings(model, c);
    if (c == 0) references = probes;
    Scored of_condition{
        conditions[c].perturbation(), static_cast<int>(conditions[c].severity().value_or(0)), {}};
    for (const MatedPair& pair : pairs)
      of_condition.score.push_back(references.row(pair.reference).dot(probes.row(pair.probe)));
    scored.push_back(std::move(of_condition));
  }
  return scored;
}

class Split {
 public:
  Split(const std::vector<Scored>& scored, const std::vector<MatedPair>& pairs, int number)
      : scored_(scored), pairs_(pairs) {
    const RandomStream stream(static_cast<std::uint64_t>(number), "band_split", "", "", 0);
    for (const MatedPair& pair : pairs)
      calibrates_.push_back(stream.uniform(static_cast<std::uint64_t>(pair.subject)) < 0.5);
  }

  template <class Chosen>
  [[nodiscard]] ConformalBand band(const Chosen& chosen) const {
    std::vector<double> value;
    std::vector<int> subject;
    for (const Scored& condition : scored_) {
      if (!chosen(condition)) continue;
      for (std::size_t i = 0; i < pairs_.size(); ++i) {
        if (!calibrates_[i]) continue;
        value.push_back(condition.score[i]);
        subject.push_back(pairs_[i].subject);
      }
    }
    return two_sided_band(conformal_reference(value, subject), kCoverage);
  }

  void judge(const ConformalBand& band, const Scored& condition, UnitMean& covered) const {
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      if (!calibrates_[i] && !std::isnan(condition.score[i]))
        covered.add(pairs_[i].subject, band.holds(condition.score[i]) ? 1 : 0);
  }

 private:
  const std::vector<Scored>& scored_;
  const std::vector<MatedPair>& pairs_;
  std::vector<bool> calibrates_;
};

/// The mean over people of the share of their scores that is covered.
double mean_of_people(const UnitMean& covered) {
  double sum = 0;
  for (std::size_t u = 0; u < covered.counts().size(); ++u)
    if (covered.counts()[u] > 0) sum += covered.sums()[u] / covered.counts()[u];
  return sum / covered.units_with_values();
}

/// Coverage [calibration][severity, 6 = all] of one split.
using Table = std::array<std::array<double, 7>, kCalibrations>;

Table coverage_of(const Split& split, const std::vector<Scored>& scored, int people) {
  std::array<ConformalBand, 6> of_severity;
  for (int s = 0; s <= 5; ++s)
    of_severity[s] = split.band([s](const Scored& c) { return c.severity == s; });
  const ConformalBand of_all = split.band([](const Scored&) { return true; });
  std::map<std::string, ConformalBand> without;
  for (const Scored& c : scored)
    if (!without.contains(c.family))
      without[c.family] = split.band([&](const Scored& other) { return other.family != c.family; });
  std::vector<std::vector<UnitMean>> covered(kCalibrations, std::vector<UnitMean>(7, UnitMean(people)));
  for (const Scored& c : scored)
    for (const int row : {c.severity, 6}) {
      split.judge(of_severity[0], c, covered[clean][row]);
      split.judge(of_all, c, covered[all][row]);
      split.judge(of_severity[c.severity], c, covered[same_severity][row]);
      split.judge(without[c.family], c, covered[other_families][row]);
    }
  Table table{};
  for (int k = 0; k < kCalibrations; ++k)
    for (int row = 0; row < 7; ++row) table[k][row] = mean_of_people(covered[k][row]);
  return table;
}

std::string cell(const std::vector<Table>& tables, int calibration, int row) {
  std::vector<double> values;
  for (const Table& table : tables) values.push_back(100 * table[calibration][row]);
  double sum = 0;
  for (const double v : values) sum += v;
  return fmt::format("{:.1f} ({:.1f} to {:.1f})", sum / static_cast<double>(values.size()),
                     quantile(values, 0.05), quantile(values, 0.95));
}

}  // namespace

void print_band_coverage(const LfwTables& lfw, std::size_t model, int splits) {
  const std::vector<MatedPair> pairs = mated_pairs(lfw);
  const std::vector<Scored> scored = score_all(lfw, model, pairs);
  std::set<int> people;
  for (const MatedPair& pair : pairs) people.insert(pair.subject);
  std::vector<Table> tables;
  for (int s = 1; s <= splits; ++s)
    tables.push_back(coverage_of(Split(scored, pairs, s), scored, lfw.people));
  fmt::print("\n### {}: {} mated pairs of {} people, {} conditions, {} splits\n\n",
             lfw.experiment.cards[model].name, pairs.size(), people.size(), scored.size(), splits);
  fmt::print(
      "| probes | calibrated on clean | on all conditions | on the same severity | on other "
      "perturbations |\n|---|---|---|---|---|\n");
  for (int row = 0; row < 7; ++row)
    fmt::print("| {} | {} | {} | {} | {} |\n",
               row == 0   ? "clean"
               : row == 6 ? "all"
                          : fmt::format("severity {}", row),
               cell(tables, clean, row), cell(tables, all, row), cell(tables, same_severity, row),
               cell(tables, other_families, row));
  std::fflush(stdout);
}

}  // namespace robench::confidence
