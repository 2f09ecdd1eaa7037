// SPDX-License-Identifier: Apache-2.0
// Which photographs of a heap may be trusted?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "suites/data_set.h"
#include "suites/trust/calibration.h"
#include "suites/trust/judgement.h"

namespace robench {

enum class Decision {
  keep,     // usable as it is
  salvage,  // usable after a repair that narrows its band
  discard,  // not usable, or no face to use
};
[[nodiscard]] std::string_view to_string(Decision decision);

struct TriageRequest {
  double keep = 0.5;  // least probability of being usable
  bool repairs = true;
  AcquisitionPolicy policy;
};

/// What a repair gained.
struct RepairedFace {
  std::string name;          // "gamma"
  std::string done;          // "brightness corrected"
  TrustJudgement judgement;  // of the repaired picture
  /// Mean of the vectors before and after: alone, the repaired one is no nearer to other photographs of
  /// the person (docs/confidence.md).
  Eigen::RowVectorXf vector;
};

/// One face of one photograph, or a photograph without one.
struct TriageRow {
  std::size_t sample = 0;  // row of the data set
  int face = 0;            // from image left to right; 0 too where there is none
  int faces = 0;           // found in the photograph
  Decision decision = Decision::discard;
  std::string reason;  // in plain words
  Face found;          // meaningful when reading.ok()
  FaceReading reading;
  TrustJudgement judgement;
  std::optional<RepairedFace> repair;  // the best that was tried and helped; of a salvage the one taken
  int turned_degrees = 0;              // the face was found only after turning the photograph clockwise
  double capture_p_adjusted = std::numeric_limits<double>::quiet_NaN();  // BH over all faces
  /// NaN where capture_p <= kFlagRate too: such a picture says nothing of the person's population.
  double population_p_adjusted = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] bool ok() const { return reading.ok(); }
};

/// Flags are raised where the adjusted p is at most this: the expected share of false ones among them.
inline constexpr double kFlagRate = 0.05;

/// Judges every face of every photograph (where the data means one face each, that one). Rows in the
/// order of the data; the same on any number of threads. Nothing that a photograph holds makes it throw.
/// Throws Interrupted.
[[nodiscard]] std::vector<TriageRow> triage(const DataSet& data, const ModelCard& card,
                                            const TrustCalibration& calibration,
                                            const TriageRequest& request);

/// Row numbers from the most trusted to the least: by decision, then by probability, then as they are.
[[nodiscard]] std::vector<std::size_t> by_trust(const std::vector<TriageRow>& rows);

}  // namespace robench
