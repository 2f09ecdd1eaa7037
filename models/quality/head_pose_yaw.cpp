// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "head pose": there from a trained network, here from landmarks
// (models/head_pose.h).
#include "models/head_pose.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec head_pose_yaw() {
  QualityMeasureSpec spec;
  spec.name = "head_pose_yaw";
  spec.unit = "deg";
  spec.summary = "yaw of the head";
  spec.mapping = "100 cos^2 of the angle, 0 from 90 degrees on";
  spec.raw = [](const QualityFace& face) { return head_pose(face.landmarks).yaw_deg; };
  spec.score = angle_score;
  spec.low_means = "the head is turned to the side";
  return spec;
}

}  // namespace robench::quality
