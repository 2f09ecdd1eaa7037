// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/triage_words.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace robench {
namespace {

constexpr int kLowScore = 50;
constexpr std::size_t kMostReasons = 2;

/// What the lowest scores say, the worst first.
std::vector<std::string> faults(const FaceReading& reading) {
  std::vector<std::pair<int, std::size_t>> low;
  for (std::size_t i = 0; i < reading.quality.size(); ++i)
    if (reading.quality[i].score >= 0 && reading.quality[i].score < kLowScore)
      low.emplace_back(reading.quality[i].score, i);
  std::sort(low.begin(), low.end());
  std::vector<std::string> words;
  for (std::size_t i = 0; i < std::min(low.size(), kMostReasons); ++i)
    words.push_back(quality_measures()[low[i].second].low_means);
  return words;
}

/// What lowers most the probability of a picture without a fault that can be seen: the detector's doubt,
/// or else that the model hardly agrees with itself.
std::string hidden_fault(const FaceReading& reading, const QualityModel& usable) {
  const std::vector<double> values = covariates(reading, usable.names);
  std::size_t lowest = 0;
  double least = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (usable.sd[k] == 0) continue;
    const double log_odds = usable.linear[k] * (values[k] - usable.mean[k]) / usable.sd[k];
    if (!(log_odds < least)) continue;  // NaN: not assessed
    least = log_odds;
    lowest = k;
  }
  if (least < 0 && usable.names[lowest] == "detection_confidence")
    return fmt::format(
        "the detector is hardly sure of the face (confidence {:.2f}, {:.2f} in the calibration's mean)",
        values[lowest], usable.mean[lowest]);
  return fmt::format("small changes move its vector by {:.1f} degrees", reading.spread_deg);
}

std::string band_text(const TrustJudgement& judgement) {
  if (!std::isfinite(judgement.half_width())) return "no band: " + judgement.score.note;
  return fmt::format("band {:.2f} to {:.2f} (+-{:.2f})", judgement.score.low, judgement.score.high,
                     judgement.half_width());
}

void add_flags(std::vector<std::string>& parts, const TriageRow& row) {
  if (row.capture_p_adjusted <= kFlagRate)
    parts.emplace_back("a picture unlike those of the calibration: its band is not promised");
  if (row.population_p_adjusted <= kFlagRate)
    parts.emplace_back("a face unlike those of the calibration: its band is not promised");
}

}  // namespace

std::string reason_in_words(const TriageRow& row, const TrustCalibration& calibration, double keep) {
  if (!row.ok()) return row.reading.reason;
  std::vector<std::string> parts = faults(row.reading);
  if (!parts.empty() && row.decision == Decision::keep)
    parts.front() = "usable although " + parts.front();
  if (parts.empty() && row.decision != Decision::keep)
    parts.push_back(hidden_fault(row.reading, calibration.usable));
  if (row.turned_degrees != 0)
    parts.push_back(fmt::format("the photograph lies on its side: turned by {} degrees clockwise",
                                row.turned_degrees));
  parts.push_back(row.judgement.p_usable >= keep
                      ? fmt::format("quality {}", row.judgement.quality())
                      : fmt::format("quality {} (p {:.3f}, kept from {:.3f})", row.judgement.quality(),
                                    row.judgement.p_usable, keep));
  parts.push_back(band_text(row.judgement));
  if (row.decision == Decision::salvage && row.repair)
    parts.push_back(fmt::format("{}: quality {}, {}", row.repair->done, row.repair->judgement.quality(),
                                band_text(row.repair->judgement)));
  if (!calibration.flags) return fmt::format("{}", fmt::join(parts, "; "));
  add_flags(parts, row);
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace robench
