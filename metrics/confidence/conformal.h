// SPDX-License-Identifier: Apache-2.0
// Split-conformal limits, bands and p-values whose unit is the person: all trials of one subject share a
// face, so that n trials of k subjects are worth little more than k.
//
// What is guaranteed is marginal: over new *subjects* like those of the calibration, on the average of
// them all. Nothing is promised for a single face, for a group, or for a perturbation that the
// calibration has not seen; there coverage is measured (coverage_audit.h).
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "metrics/permutation.h"

namespace robench {

/// How the trials of a subject enter.
enum class SubjectRule {
  weighted,   // all of them, each with weight 1 / (trials of the subject): hierarchical conformal
              // prediction (Lee, Barber and Willett 2023, arXiv 2306.06342)
  one_trial,  // one of them, drawn by a seeded hash: exactly exchangeable, but throws data away
              // (subsampling once: Dunn, Wasserman and Ramdas 2023, JASA 118:2491)
};

/// Calibration values of one population as plain numbers, so that they can be written to a file.
struct ConformalReference {
  std::vector<double> value;   // ascending
  std::vector<double> weight;  // of each value; those of a subject sum to 1
  int subjects = 0;            // sum of the weights
};

/// NaN values are left out. subject: index of the person of each value; -1 = unknown, each a person of
/// its own. `seed` matters for one_trial only. Requires: equal lengths.
[[nodiscard]] ConformalReference conformal_reference(std::span<const double> value,
                                                     std::span<const int> subject,
                                                     SubjectRule rule = SubjectRule::weighted,
                                                     std::uint64_t seed = 0);

/// Subjects below which a one-sided limit of this coverage is infinite: the smallest n with
/// ceil((n + 1) coverage) <= n. Two-sided bands need least_subjects((1 + coverage) / 2).
/// Requires: 0 < coverage < 1.
[[nodiscard]] int least_subjects(double coverage);

/// The smallest calibration value that a new subject's value does not exceed with probability >=
/// coverage: the ceil((n + 1) coverage)-th smallest where each subject has one value (Vovk, Gammerman
/// and Shafer 2005, "Algorithmic Learning in a Random World"; Lei et al. 2018, JASA 113:1094). +infinity
/// where the subjects are too few for it.
[[nodiscard]] double upper_limit(const ConformalReference& reference, double coverage);
/// The same from below; -infinity where the subjects are too few.
[[nodiscard]] double lower_limit(const ConformalReference& reference, double coverage);

struct ConformalBand {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double coverage = 0;  // promised, marginally
  int subjects = 0;     // that it stands on
  std::string note;     // why it is infinite, or on what it falls back
  [[nodiscard]] bool holds(double value) const { return low <= value && value <= high; }
};

/// Both sides, each with (1 + coverage) / 2, so that the two misses share 1 - coverage evenly.
[[nodiscard]] ConformalBand two_sided_band(const ConformalReference& reference, double coverage);
/// Upper side only; of scores that only hurt when low, use lower_band.
[[nodiscard]] ConformalBand upper_band(const ConformalReference& reference, double coverage);
[[nodiscard]] ConformalBand lower_band(const ConformalReference& reference, double coverage);

/// p of "like the calibration": small = flagged; a large one proves nothing. Tail::upper: large values
/// are atypical, (1 + weight of the values >= value) / (subjects + 1). Ties count in full for `tie` = 1,
/// which is valid for any ties; a `tie` uniform in [0, 1) gives the smoothed p, exactly uniform under
/// exchangeability. two_sided: twice the smaller one, at most 1. NaN gives NaN. Never below
/// 1 / (subjects + 1): a batch of m needs about m / q subjects before BH at q can flag one of them.
[[nodiscard]] double conformal_p(const ConformalReference& reference, double value, Tail tail,
                                 double tie = 1);

/// Calibration by category (quality bin, group): coverage then holds within each (Vovk et al. 2005,
/// "Mondrian"). Plain numbers, as above.
struct MondrianReference {
  ConformalReference all;
  std::map<std::string, ConformalReference> by_category;
};

/// category: of each value; "" = none known, counted in `all` only.
[[nodiscard]] MondrianReference mondrian_reference(std::span<const double> value,
                                                   std::span<const int> subject,
                                                   std::span<const std::string> category,
                                                   SubjectRule rule = SubjectRule::weighted,
                                                   std::uint64_t seed = 0);

struct MondrianChoice {
  const ConformalReference* reference = nullptr;  // never null; lives as long as the MondrianReference
  std::string note;                               // "" or why the category's own could not be taken
};
/// The category's reference where it has at least `subjects` subjects, else that of all with the reason.
/// A two-sided band needs at least least_subjects((1 + coverage) / 2).
[[nodiscard]] MondrianChoice choose_reference(const MondrianReference& reference,
                                              const std::string& category, int subjects);

}  // namespace robench
