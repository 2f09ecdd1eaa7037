// SPDX-License-Identifier: Apache-2.0
// Where in a picture the person is: as a generic shape, and as a mask that follows the picture's
// colours.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/face_axes.h"
#include "perturb/image.h"

namespace robench {

/// The union of three ellipses in face units, head, neck and shoulders (adult means, see
/// face_shape.cpp), turned aside with the head's yaw.
class PersonShape {
 public:
  explicit PersonShape(const FaceAxes& axes)
      : parts_{{{{-0.7F * axes.tan_yaw(), -0.1F}, {1.4F, 2.1F}},
                {{-0.5F * axes.tan_yaw(), 2.0F}, {1.15F, 1.6F}},
                {{-0.5F * axes.tan_yaw(), 5.2F}, {3.5F, 3.6F}}}} {}

  /// About how far inside of the outline, in inter-eye distances; negative outside.
  [[nodiscard]] float depth(float u, float v) const {
    return std::max(depth_in(parts_[0], u, v),
                    std::max(depth_in(parts_[1], u, v), depth_in(parts_[2], u, v)));
  }
  /// The same of a body that goes on below the shoulders' widest place, where the ellipse would close,
  /// down to the ground: eyes are about 1.58 m up, 25 inter-eye distances of 63 mm.
  [[nodiscard]] float depth_of_body(float u, float v) const {
    constexpr float kGround = 25;
    return std::min(depth(u, std::min(v, parts_[2].centre.y)), kGround - v);
  }

 private:
  struct Ellipse {
    cv::Point2f centre;
    cv::Point2f radius;
  };
  [[nodiscard]] static float depth_in(const Ellipse& ellipse, float u, float v) {
    const float x = (u - ellipse.centre.x) / ellipse.radius.x;
    const float y = (v - ellipse.centre.y) / ellipse.radius.y;
    return ellipse.radius.x * (1.0F - std::sqrt(x * x + y * y));
  }

  std::array<Ellipse, 3> parts_;
};

/// The person's share of each pixel, CV_32F in [0, 1]: the shape above where colours say nothing, and
/// along its outline whatever looks more like the person than like the background, with soft edges
/// where the picture has edges. A few milliseconds; found at a fixed resolution of the face.
[[nodiscard]] cv::Mat person_share(const Image& image, const FaceAxes& axes);

/// The picture with `layer` (linear light, CV_32FC3) in front of its background and behind its person:
/// pixel + (1 - person) * cover * (layer - pixel). `cover` is CV_32F; where it is 0 pixels stay exactly.
[[nodiscard]] Image with_layer_behind(const Image& image, const cv::Mat& person, const cv::Mat& layer,
                                      const cv::Mat& cover);

}  // namespace robench
