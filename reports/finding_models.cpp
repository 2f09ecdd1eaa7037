// SPDX-License-Identifier: Apache-2.0
// How the models compare, by intervals that have no point in common.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"

namespace robench::finding {
namespace {

/// A quantity that is on one scale for all models.
struct Yardstick {
  const Measure* ComparisonEntry::*measure;
  std::string name;
};

struct Contest {
  std::vector<int> wins;  // per model: conditions where its value is separably the lowest
  int untold = 0;         // conditions where no model is
  const ComparisonRow* widest = nullptr;  // the largest gap between two models
  std::size_t low = 0, high = 0;          // the models there
  double gap = -1;
};

/// The model whose value lies separably below all others; nothing when the intervals do not say.
std::optional<std::size_t> separably_lowest(const std::vector<std::size_t>& order,
                                            const std::vector<const Measure*>& measures) {
  const Measure& lowest = *measures[order.front()];
  const bool alone = std::all_of(order.begin() + 1, order.end(),
                                 [&](std::size_t m) { return separable(lowest, *measures[m]); });
  return alone ? std::optional(order.front()) : std::nullopt;
}

Contest contest(const ModelComparison& comparison, const Yardstick& yardstick) {
  Contest result;
  result.wins.resize(comparison.models.size());
  const auto& rows = comparison.stages.front().rows;
  const bool only_clean =
      std::all_of(rows.begin(), rows.end(), [](const ComparisonRow& row) { return row.clean; });
  for (const ComparisonRow& row : rows) {
    std::vector<const Measure*> measures;
    std::vector<std::size_t> order;  // models with a value, from the lowest
    for (const ComparisonEntry& entry : row.entries) {
      measures.push_back(entry.*yardstick.measure);
      if (available(measures.back())) order.push_back(measures.size() - 1);
    }
    if ((row.clean && !only_clean) || order.size() < 2) continue;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return measures[a]->value < measures[b]->value;
    });
    const auto winner = separably_lowest(order, measures);
    if (winner) ++result.wins[*winner];
    if (!winner) ++result.untold;
    const double gap = measures[order.back()]->value - measures[order.front()]->value;
    if (gap <= result.gap) continue;
    result.widest = &row;
    result.low = order.front();
    result.high = order.back();
    result.gap = gap;
  }
  return result;
}

std::string conditions(int count) { return fmt::format("{} condition{}", count, count == 1 ? "" : "s"); }

/// "31.0 % [..] for A against 12.0 % [..] for B at `gamma@5`".
std::string widest_gap(const ModelComparison& comparison, const Yardstick& yardstick,
                       const Contest& found) {
  const auto value = [&](std::size_t m) {
    return fmt::format("{} for {}", in_words(found.widest->entries[m].*yardstick.measure),
                       comparison.models[m]);
  };
  return fmt::format("{} against {} at `{}`", value(found.low), value(found.high), found.widest->label);
}

std::string outcome(const ModelComparison& comparison, const Yardstick& yardstick,
                    const Contest& found) {
  constexpr const char* kWhyUntold = "where the 95 % intervals overlap or are missing";
  std::vector<std::string> parts;
  for (std::size_t m = 0; m < found.wins.size(); ++m) {
    if (found.wins[m] == 0) continue;
    parts.push_back(
        fmt::format("{} is the lowest under {}", comparison.models[m], conditions(found.wins[m])));
  }
  if (parts.empty()) {
    const std::string where =
        found.untold == 1 ? "the one condition" : fmt::format("any of {}", conditions(found.untold));
    parts.push_back(
        fmt::format("cannot tell which model is the lowest under {}, {}", where, kWhyUntold));
  } else if (found.untold > 0) {
    parts.push_back(fmt::format("cannot tell under the other {}, {}", found.untold, kWhyUntold));
  }
  const std::string gap =
      found.gap > 0 ? fmt::format("; the widest gap is {}", widest_gap(comparison, yardstick, found))
                    : "";
  return fmt::format("By {}, {}{}.", yardstick.name, fmt::join(parts, "; "), gap);
}

}  // namespace

std::string how_models_compare(const ModelComparison& comparison) {
  if (comparison.models.size() < 2) {
    return fmt::format(
        "Only {} was run, so models cannot be compared; name several with `--models A,B`.",
        comparison.models.empty() ? "no model" : comparison.models.front());
  }
  const std::vector<Yardstick> yardsticks = {
      {&ComparisonEntry::non_match, rate_name(comparison.non_match)},
      {&ComparisonEntry::relative, "drift as a share of each model's median non-mated distance"}};
  for (const Yardstick& yardstick : yardsticks) {
    if (comparison.stages.empty()) break;
    const Contest found = contest(comparison, yardstick);
    if (found.widest != nullptr) return outcome(comparison, yardstick, found);
  }
  return "Which model is the more robust cannot be told: no two models have a non-match rate or a "
         "relative "
         "drift under the same condition, and their drift angles are not on one scale.";
}

}  // namespace robench::finding
