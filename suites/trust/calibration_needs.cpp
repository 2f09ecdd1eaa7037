// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/calibration_needs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "metrics/threshold.h"
#include "perturb/error.h"
#include "perturb/params.h"

namespace robench {
namespace {

/// At most, since pictures of one session are not compared and faces may be lost.
std::int64_t comparisons_in_smaller_half(const EvaluationData& data) {
  const std::vector<std::uint8_t> half = subject_halves(data);
  std::vector<std::int64_t> of_subject(data.subject_count, 0);
  for (const int subject : data.subject)
    if (subject >= 0) ++of_subject[subject];
  std::array<std::int64_t, 2> photographs{};
  std::array<std::int64_t, 2> within_subjects{};
  for (int subject = 0; subject < data.subject_count; ++subject) {
    photographs[half[subject]] += of_subject[subject];
    within_subjects[half[subject]] += of_subject[subject] * (of_subject[subject] - 1) / 2;
  }
  const auto between = [&](int h) {
    return photographs[h] * (photographs[h] - 1) / 2 - within_subjects[h];
  };
  return std::min(between(0), between(1));
}

}  // namespace

std::string calibration_needs(const DataSet& data, double target_fmr, std::uint64_t seed) {
  if (data.every_face_is_a_sample) return "";
  const EvaluationData people =
      make_evaluation_data(data.samples, std::vector<AcquiredFace>(data.samples.size()), {}, {}, seed);
  const std::int64_t comparisons = comparisons_in_smaller_half(people);
  const double budget = target_fmr * static_cast<double>(comparisons);
  if (budget * (1 + 1e-12) < 1) {
    // n (n - 1) / 2 comparisons of n people with one photograph each, in each of two halves.
    const double needed = 2 * std::ceil((1 + std::sqrt(1 + 8 / target_fmr)) / 2);
    throw ConfigError(
        fmt::format("no threshold at a false match rate of {}: {} photographs of {} people give at most "
                    "{} non-mated comparisons in a half of the people, a false-accept budget of {:.3g}, "
                    "below 1",
                    shortest(target_fmr), data.samples.size(), people.subject_count, comparisons,
                    budget),
        fmt::format("about {:.0f} photographs of as many people, or a higher rate: --fmr 1e-2", needed));
  }
  std::vector<int> photographs(people.subject_count, 0);
  for (const int subject : people.subject)
    if (subject >= 0) ++photographs[subject];
  const auto paired = std::count_if(photographs.begin(), photographs.end(), [](int n) { return n > 1; });
  if (paired >= kLeastPairedSubjects) return "";
  return fmt::format(
      "note: {} people have two photographs or more, fewer than {}: each picture is compared with its "
      "own photograph before it was perturbed, so usability will be flattered\n",
      paired, kLeastPairedSubjects);
}

}  // namespace robench
