// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/conformal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();
/// Sums of weights such as 1/3 + 1/3 + 1/3 must reach 1.
constexpr double kRounding = 1e-9;

/// Places of the values by person, people of unknown subject after the known ones.
std::vector<std::vector<std::size_t>> by_person(std::span<const double> value,
                                                std::span<const int> subject) {
  std::map<int, std::vector<std::size_t>> known;
  std::vector<std::vector<std::size_t>> people;
  std::vector<std::vector<std::size_t>> unknown;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::isnan(value[i])) continue;
    if (subject[i] >= 0)
      known[subject[i]].push_back(i);
    else
      unknown.push_back({i});
  }
  for (auto& [person, places] : known) people.push_back(std::move(places));
  people.insert(people.end(), unknown.begin(), unknown.end());
  return people;
}

/// Weight that the limit must gather: (subjects + 1) coverage.
double needed(const ConformalReference& reference, double coverage) {
  return (reference.subjects + 1) * coverage - kRounding;
}

std::string too_few(const ConformalReference& reference, double coverage, int least) {
  return fmt::format("{} subjects cannot promise {:.4g} %: at least {} are needed, the band is infinite",
                     reference.subjects, 100 * coverage, least);
}

}  // namespace

ConformalReference conformal_reference(std::span<const double> value, std::span<const int> subject,
                                       SubjectRule rule, std::uint64_t seed) {
  ROBENCH_ASSERT(value.size() == subject.size());
  const RandomStream stream(seed, "conformal_one_trial", "", "", 0);
  std::vector<std::pair<double, double>> weighted;
  ConformalReference reference;
  for (const auto& places : by_person(value, subject)) {
    const auto count = static_cast<double>(places.size());
    if (rule == SubjectRule::one_trial) {
      const auto drawn = static_cast<std::size_t>(stream.uniform(reference.subjects) * count);
      weighted.emplace_back(value[places[drawn]], 1.0);
    } else {
      for (const std::size_t place : places) weighted.emplace_back(value[place], 1 / count);
    }
    ++reference.subjects;
  }
  std::stable_sort(weighted.begin(), weighted.end());
  for (const auto& [v, w] : weighted) {
    reference.value.push_back(v);
    reference.weight.push_back(w);
  }
  return reference;
}

int least_subjects(double coverage) {
  ROBENCH_ASSERT(coverage > 0 && coverage < 1);
  return static_cast<int>(std::ceil(coverage / (1 - coverage) - kRounding));
}

double upper_limit(const ConformalReference& reference, double coverage) {
  if (reference.subjects < least_subjects(coverage)) return kNoLimit;
  double gathered = 0;
  for (std::size_t i = 0; i < reference.value.size(); ++i) {
    gathered += reference.weight[i];
    if (gathered >= needed(reference, coverage)) return reference.value[i];
  }
  return kNoLimit;
}

double lower_limit(const ConformalReference& reference, double coverage) {
  if (reference.subjects < least_subjects(coverage)) return -kNoLimit;
  double gathered = 0;
  for (std::size_t i = reference.value.size(); i-- > 0;) {
    gathered += reference.weight[i];
    if (gathered >= needed(reference, coverage)) return reference.value[i];
  }
  return -kNoLimit;
}

ConformalBand two_sided_band(const ConformalReference& reference, double coverage) {
  const double each = (1 + coverage) / 2;
  ConformalBand band{lower_limit(reference, each), upper_limit(reference, each), coverage,
                     reference.subjects, ""};
  if (std::isinf(band.low)) band.note = too_few(reference, coverage, least_subjects(each));
  return band;
}

ConformalBand upper_band(const ConformalReference& reference, double coverage) {
  ConformalBand band{-kNoLimit, upper_limit(reference, coverage), coverage, reference.subjects, ""};
  if (std::isinf(band.high)) band.note = too_few(reference, coverage, least_subjects(coverage));
  return band;
}

ConformalBand lower_band(const ConformalReference& reference, double coverage) {
  ConformalBand band{lower_limit(reference, coverage), kNoLimit, coverage, reference.subjects, ""};
  if (std::isinf(band.low)) band.note = too_few(reference, coverage, least_subjects(coverage));
  return band;
}

double conformal_p(const ConformalReference& reference, double value, Tail tail, double tie) {
  if (std::isnan(value)) return std::numeric_limits<double>::quiet_NaN();
  double below = 0;
  double equal = 0;
  double above = 0;
  for (std::size_t i = 0; i < reference.value.size(); ++i) {
    double& side = reference.value[i] < value ? below : reference.value[i] > value ? above : equal;
    side += reference.weight[i];
  }
  const double total = reference.subjects + 1;
  const double upper = std::min(1.0, (above + tie * (equal + 1)) / total);
  const double lower = std::min(1.0, (below + tie * (equal + 1)) / total);
  if (tail == Tail::upper) return upper;
  if (tail == Tail::lower) return lower;
  return std::min(1.0, 2 * std::min(upper, lower));
}

MondrianReference mondrian_reference(std::span<const double> value, std::span<const int> subject,
                                     std::span<const std::string> category, SubjectRule rule,
                                     std::uint64_t seed) {
  ROBENCH_ASSERT(value.size() == category.size() && value.size() == subject.size());
  MondrianReference reference;
  reference.all = conformal_reference(value, subject, rule, seed);
  std::map<std::string, std::pair<std::vector<double>, std::vector<int>>> parts;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (category[i].empty()) continue;
    parts[category[i]].first.push_back(value[i]);
    parts[category[i]].second.push_back(subject[i]);
  }
  for (const auto& [name, part] : parts)
    reference.by_category[name] = conformal_reference(part.first, part.second, rule, seed);
  return reference;
}

MondrianChoice choose_reference(const MondrianReference& reference, const std::string& category,
                                int subjects) {
  const auto found = reference.by_category.find(category);
  if (found == reference.by_category.end())
    return {&reference.all, fmt::format("no calibration of '{}': that of all is taken", category)};
  if (found->second.subjects < subjects)
    return {
        &reference.all,
        fmt::format("{} subjects of '{}' are fewer than the {} needed: the calibration of all is taken",
                    found->second.subjects, category, subjects)};
  return {&found->second, ""};
}

}  // namespace robench
