// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>
#include <string>

#include "suites/trust/calibration.h"
#include "suites/trust/face_reading.h"

namespace robench {

/// What a calibration says of one face.
struct TrustJudgement {
  double p_usable = std::numeric_limits<double>::quiet_NaN();
  std::string bin;      // of quality, "1" (worst) on
  ConformalBand score;  // of the comparison with a clean photograph of the same subject
  ConformalBand drift;  // upper: 1 - cosine to a clean photograph of the same moment
  double capture_p =
      std::numeric_limits<double>::quiet_NaN();  // small: a picture unlike the calibration's
  double population_p = std::numeric_limits<double>::quiet_NaN();  // small: a person unlike them

  [[nodiscard]] int quality() const;  // 100 p_usable, rounded
  [[nodiscard]] double half_width() const { return (score.high - score.low) / 2; }
};

/// Judges readings by a calibration, which must outlive it. Safe from several threads.
class TrustJudge {
 public:
  explicit TrustJudge(const TrustCalibration& calibration);
  /// Requires: reading.ok(). `with_flags`: without, both p stay NaN.
  [[nodiscard]] TrustJudgement judge(const FaceReading& reading, bool with_flags = true) const;

 private:
  const TrustCalibration& calibration_;
  std::map<std::string, TrustJudgement> of_bin_;  // with the bands only
};

}  // namespace robench
