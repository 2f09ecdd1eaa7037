// SPDX-License-Identifier: Apache-2.0
// The camera focused on the background: the person is out of focus, what is behind is sharp. In linear
// light, over a soft generic silhouette m of head, neck and shoulders in face units: the blurred person
// spread(m * light) covers the background by spread(m). What the person hid is unknown, so the
// sharp picture itself shows through the blurred outline.
#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kSoftness = 0.4F;  // width of the outline, inter-eye distances

struct Ellipse {
  cv::Point2f centre;
  cv::Point2f radius;
};

// About how far inside of the outline, in inter-eye distances; negative outside.
float depth_in(const Ellipse& ellipse, float u, float v) {
  const float x = (u - ellipse.centre.x) / ellipse.radius.x;
  const float y = (v - ellipse.centre.y) / ellipse.radius.y;
  return ellipse.radius.x * (1.0F - std::sqrt(x * x + y * y));
}

// Head, long hair about the neck, shoulders; adult means, see face_shape.cpp.
cv::Mat silhouette(const FaceAxes& axes, cv::Size size) {
  const float yaw = axes.tan_yaw();
  const std::array<Ellipse, 3> parts = {{{{-0.6F * yaw, 0.0F}, {1.6F, 2.25F}},
                                         {{-0.5F * yaw, 1.6F}, {1.9F, 2.2F}},
                                         {{-0.5F * yaw, 5.2F}, {3.5F, 3.6F}}}};
  cv::Mat mask(size, CV_32FC1);
  for (int y = 0; y < size.height; ++y) {
    const FaceLine line = axes.row(y);
    float* row = mask.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      const float u = line.u(static_cast<std::size_t>(x));
      const float v = line.v(static_cast<std::size_t>(x));
      float depth = depth_in(parts[0], u, v);
      for (const Ellipse& part : parts) depth = std::max(depth, depth_in(part, u, v));
      row[x] = smooth_step(0.5F + depth / kSoftness);
    }
  }
  return mask;
}

cv::Mat times(const cv::Mat& light, const cv::Mat& mask) {
  cv::Mat product(light.size(), CV_32FC3);
  for (int y = 0; y < light.rows; ++y) {
    for (int x = 0; x < light.cols; ++x)
      product.at<cv::Vec3f>(y, x) = light.at<cv::Vec3f>(y, x) * mask.at<float>(y, x);
  }
  return product;
}

Image before_sharp_background(const Image& image, const FaceAxes& axes, double radius_px) {
  const cv::Mat light = linear_light(image);
  const cv::Mat person = silhouette(axes, light.size());
  const cv::Mat disk = disk_spread(radius_px);
  const cv::Mat blurred_person = spread_light(times(light, person), disk);
  const cv::Mat hidden_background = times(light, spread_light(person, disk));
  return from_linear_light(light + blurred_person - hidden_background);
}

}  // namespace

PerturbationSpec out_of_focus_face() {
  PerturbationSpec spec;
  spec.name = "out_of_focus_face";
  spec.summary = "the camera focused on the background: the person is blurred, the rest is sharp";
  spec.params = {{.name = "radius",
                  .unit = "inter-eye distances",
                  .summary = "radius of the disk that a point of the face becomes",
                  .min = 0,
                  .max = 2}};
  spec.keeps_grey = true;
  spec.strength = "radius";
  spec.ladder = {0.057, 0.085, 0.114, 0.142, 0.2};
  spec.ladder_source = "own: defocus_blur from its severity 2 on, and a step further";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return
        [radius = params.number("radius")](const Image& image, const Frame& frame, const RandomStream&) {
          const cv::Size size = image.bgr().size();
          const FaceAxes axes(frame, size);
          return before_sharp_background(image, axes, spread_px(axes, size, radius));
        };
  };
  return spec;
}

}  // namespace robench::perturbations
