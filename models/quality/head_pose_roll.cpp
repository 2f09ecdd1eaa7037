// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "head pose": there from a trained network, here from landmarks
// (models/head_pose.h).
#include "models/head_pose.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec head_pose_roll() {
  QualityMeasureSpec spec;
  spec.name = "head_pose_roll";
  spec.unit = "deg";
  spec.summary = "roll of the head";
  spec.mapping = "100 cos^2 of the angle, 0 from 90 degrees on";
  spec.raw = [](const QualityFace& face) { return head_pose(face.landmarks).roll_deg; };
  spec.score = angle_score;
  spec.low_means = "the head is tilted";
  return spec;
}

}  // namespace robench::quality
