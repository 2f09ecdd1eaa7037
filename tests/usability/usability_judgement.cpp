// SPDX-License-Identifier: Apache-2.0
#include "tests/usability/usability_judgement.h"

#include <algorithm>
#include <map>
#include <set>

#include "perturb/error.h"

namespace robench::usability {
namespace {

std::vector<std::string> families_of(const ScoredPictures& scored) {
  const std::set<std::string> names(scored.family.begin(), scored.family.end());
  std::vector<std::string> families(names.begin(), names.end());
  std::stable_partition(families.begin(), families.end(), [](const auto& f) { return f != "clean"; });
  return families;
}

Rows rows_where(const ScoredPictures& scored, const std::function<bool(std::size_t)>& chosen) {
  Rows rows;
  for (std::size_t i = 0; i < scored.picture.size(); ++i)
    if (chosen(i)) rows.push_back(i);
  return rows;
}

Rows judged_of(const ScoredPictures& scored, const std::string& family) {
  return rows_where(scored,
                    [&](std::size_t i) { return scored.judges[i] && scored.family[i] == family; });
}

}  // namespace

Rows judged_rows(const ScoredPictures& scored) {
  Rows all;
  for (const std::string& family : families_of(scored)) {
    const Rows rows = judged_of(scored, family);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

std::vector<double> judged_by(const Fit& fit, const ScoredPictures& scored) {
  std::vector<double> all;
  for (const std::string& family : families_of(scored)) {
    const Rows training = rows_where(scored, [&](std::size_t i) {
      return !scored.judges[i] && (family == "clean" || scored.family[i] != family);
    });
    const Rows judged = judged_of(scored, family);
    const std::vector<double> said = fit(scored, training, judged);
    ROBENCH_ASSERT(said.size() == judged.size());
    all.insert(all.end(), said.begin(), said.end());
  }
  return all;
}

}  // namespace robench::usability
