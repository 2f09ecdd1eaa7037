// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "perturb/image.h"
#include "suites/privacy.h"
#include "suites/trust/ofiq_columns.h"
#include "suites/trust/triage.h"

namespace robench {

/// What the documents of a triage need besides its rows.
struct TriageDocument {
  const DataSet& data;
  const TrustCalibration& calibration;
  std::string calibration_sha256;
  double keep = 0;
  std::optional<PrivateNames> names;  // keyed hashes in the place of names, no reasons of decoders
  const OfiqColumns* ofiq = nullptr;  // of the same rows; nullptr = none
};

/// One line per face, from the most trusted on. Quality measures as OFIQ's tables have them: NAME = raw
/// value, NAME.scalar = 0..100 or -1. Empty cells where nothing was measured. With `ofiq`
/// further columns ofiq.NAME and ofiq.NAME.scalar.
[[nodiscard]] std::string triage_csv(const std::vector<TriageRow>& rows, const TriageDocument& document);
/// The same in the order of the data, with counts and what it was judged by.
[[nodiscard]] std::string triage_json(const std::vector<TriageRow>& rows,
                                      const TriageDocument& document);
/// What `robench triage` says at the end: the counts, the rule that decided, the first files that could
/// not be read, and what the flags found.
[[nodiscard]] std::string triage_summary(const std::vector<TriageRow>& rows,
                                         const TriageDocument& document);

/// The vectors to go on with, one row per row of triage.json: of a salvage that of the repaired picture;
/// zeros where there is none.
[[nodiscard]] EmbeddingMatrix triage_vectors(const std::vector<TriageRow>& rows, int dim);

/// Contact sheets from the most trusted face to the least, at most `sheets` of 48 faces: evenly taken
/// where there are more faces than that. Photographs are decoded once more for it.
[[nodiscard]] std::vector<Image> triage_sheets(const std::vector<TriageRow>& rows, const DataSet& data,
                                               std::size_t sheets);

}  // namespace robench
