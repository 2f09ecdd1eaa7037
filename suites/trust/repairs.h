// SPDX-License-Identifier: Apache-2.0
// What can be tried on a photograph before it is given up. A repair adds nothing that the picture does
// not hold: whether it helped is judged by the calibration, as for any other picture.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/face.h"
#include "suites/trust/face_reading.h"

namespace robench {

/// The part of a photograph around one face that a reading can see.
struct FaceWindow {
  Image picture;
  Face face;  // in pixels of `picture`
};
/// The borders lie on the 8 x 8 grid of the photograph's corner, so that a codec's blocks can still be
/// seen. Requires: usable landmarks.
[[nodiscard]] FaceWindow window_around(const Image& photograph, const Face& face);
/// The same face, with the detector's confidence in this picture of it; nullopt where it finds it no
/// longer. A face that was given instead of found keeps what it has.
[[nodiscard]] std::optional<FaceWindow> found_again(FaceWindow window, const Detector& detector);

struct Repair {
  std::string name;
  std::string done;  // in words: "brightened"
  /// Is there what it mends? Trying what cannot help would cost as much as reading the photograph.
  bool (*wanted)(const FaceReading& reading);
  /// nullopt where it cannot be done.
  std::optional<FaceWindow> (*apply)(const FaceWindow& window, const Detector& detector);
};
/// In the order in which they are tried.
[[nodiscard]] const std::vector<Repair>& repairs();

/// The photograph turned by 90, 180 or 270 degrees clockwise, for files that lost their orientation.
[[nodiscard]] Image turned(const Image& photograph, int degrees);

}  // namespace robench
