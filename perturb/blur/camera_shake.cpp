// SPDX-License-Identifier: Apache-2.0
// A hand that trembles while the shutter is open: the point of light walks at random, with a speed that
// itself changes at random (an autoregressive process, so the path bends but has no corners), in linear
// light. After Boracchi and Foi, "Modeling the Performance of Image Restoration from Motion Blur", IEEE
// Transactions on Image Processing 21(8), 2012, who draw such trajectories.
// The path is centred on its mean, so that the face stays where it was, and scaled to the spread asked
// for.
#include <cmath>
#include <vector>

#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

// Corners of a way whose mean is 0 and whose root-mean-square distance from it is 1.
std::vector<cv::Point2d> shaken_path(const RandomStream& stream) {
  constexpr int kSteps = 64;
  constexpr double kInertia = 0.94;  // of the speed from step to step: four or five bends in all
  cv::Point2d speed(stream.normal(0), stream.normal(1));
  std::vector<cv::Point2d> path = {{0, 0}};
  cv::Point2d mean(0, 0);
  for (std::uint64_t k = 1; k <= kSteps; ++k) {
    const cv::Point2d push(stream.normal(2 * k), stream.normal(2 * k + 1));
    speed = speed * kInertia + push * std::sqrt(1 - kInertia * kInertia);
    path.push_back(path.back() + speed);
    mean += (path[k - 1] + path[k]) * (0.5 / kSteps);
  }
  double squares = 0;  // the mean along each line between two corners
  for (cv::Point2d& corner : path) corner -= mean;
  for (std::size_t k = 1; k < path.size(); ++k) {
    const cv::Point2d& a = path[k - 1];
    const cv::Point2d& b = path[k];
    squares += (a.dot(a) + a.dot(b) + b.dot(b)) / (3 * kSteps);
  }
  for (cv::Point2d& corner : path) corner *= 1 / std::sqrt(squares);
  return path;
}

}  // namespace

PerturbationSpec camera_shake() {
  PerturbationSpec spec;
  spec.name = "camera_shake";
  spec.summary = "a trembling hand: the camera walks at random during the exposure";
  spec.params = {{.name = "spread",
                  .unit = "inter-eye distances",
                  .summary = "root-mean-square distance of the path from its mean",
                  .min = 0,
                  .max = 2}};
  spec.keeps_grey = true;
  spec.random = true;
  spec.strength = "spread";
  spec.ladder = {0.027, 0.044, 0.07, 0.097, 0.124};
  spec.ladder_source = "own: the standard deviation of motion_blur's lines, to compare the two";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [spread = params.number("spread")](const Image& image, const Frame& frame,
                                              const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      std::vector<cv::Point2d> path = shaken_path(stream);
      const double scale = spread_px(FaceAxes(frame, size), size, spread);
      for (cv::Point2d& corner : path) corner *= scale;
      return from_linear_light(spread_light(linear_light(image), path_spread(path)));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
