// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/landmarks.h"

namespace robench {

/// How a head is turned, from landmarks alone. Degrees; positive yaw: the nose points to the image's
/// right; positive pitch: upwards; positive roll: the image-right eye is lower.
struct HeadPose {
  double yaw_deg = 0;
  double pitch_deg = 0;
  double roll_deg = 0;
};

/// Half-cylinder model of the head: the nose tip turns by sin(yaw) of the half width of the face, which
/// lies between the ends of the jaw line. Any unit of length, along the line of the eyes.
[[nodiscard]] double yaw_of_nose(double left_jaw_x, double nose_x, double right_jaw_x);
/// The nose tip moves towards the eyes when the head looks up. Heights below the line of the eyes, in
/// inter-eye distances.
[[nodiscard]] double pitch_of_nose(double nose_y, double mouth_y);

/// Not a number where the eye centres coincide.
[[nodiscard]] HeadPose head_pose(const Landmarks& landmarks);

}  // namespace robench
