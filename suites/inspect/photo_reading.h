// SPDX-License-Identifier: Apache-2.0
// Where a photograph lies already, before anything is perturbed.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "models/face.h"
#include "suites/data_set.h"

namespace robench {

/// What is measured of a face. NaN = could not be measured.
enum class PhotoMeasure : std::uint8_t {
  inter_eye_px,
  luminance_mean,  // of the face, 0..1 (models/quality)
  under_exposed,   // share of the face near black
  over_exposed,    // share of the face near white
  sharpness,
  jpeg_quality,   // of the file's quantisation table
  left_right_ev,  // light of the image-left half of the face over the right, in EV
  roll_deg,
};
inline constexpr std::size_t kPhotoMeasures = 8;
/// As in the CSV.
[[nodiscard]] std::string_view to_string(PhotoMeasure measure);

/// One face of one photograph, or a photograph without one.
struct PhotoReading {
  std::size_t sample = 0;  // row of the data set
  int face = 0;            // from image left to right
  int faces = 0;           // found in the photograph
  Status status = Status::ok;
  std::string reason;  // "" when ok
  bool fallback_box = false;
  int width = 0, height = 0;  // of the photograph; 0 when it cannot be decoded
  std::array<double, kPhotoMeasures> values;

  PhotoReading() { values.fill(std::numeric_limits<double>::quiet_NaN()); }
  [[nodiscard]] double value(PhotoMeasure measure) const {
    return values[static_cast<std::size_t>(measure)];
  }
};

/// Reads every photograph of the data (every face of it where the data means all of them). Rows in the
/// order of the data; the same on any number of threads. Nothing that a photograph holds makes it throw.
/// Throws Interrupted, and as make_detector().
[[nodiscard]] std::vector<PhotoReading> read_photographs(const DataSet& data,
                                                         const AcquisitionPolicy& policy);

}  // namespace robench
