// SPDX-License-Identifier: Apache-2.0
// The error of a landmark detector, made by pixels: the five alignment points (eyes, nose tip, mouth
// corners) get independent normal errors of `sigma` along each axis, and the picture is moved by the
// similarity that fits the erroneous points to the true ones in least squares (Umeyama 1991). Aligned
// by the true landmarks, the result is what an aligner with the erroneous ones would have cut.
#include <array>

#include "perturb/warp.h"

namespace robench::perturbations {
namespace {

using Points = std::array<cv::Point2d, 5>;

// Eyes, nose tip, mouth corners in face units, of this face or, without usable landmarks, of a mean one.
Points alignment_points(const FaceAxes& axes, const Frame& frame) {
  Points points;
  const auto five = frame.landmarks.five_points();
  double spread = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = axes.from_pixel(five[i]);
    spread += cv::norm(points[i] - points[0]);
  }
  // Written so that a NaN takes the mean face; real points spread over about 3.
  if (spread > 0.5 && spread < 50) return points;
  return {{{-0.5, 0}, {0.5, 0}, {0, 0.6}, {-0.4, 1.1}, {0.4, 1.1}}};
}

cv::Point2d mean_of(const Points& points) {
  cv::Point2d sum(0, 0);
  for (const cv::Point2d& point : points) sum += point;
  return sum / 5.0;
}

// With complex numbers about the means, the least-squares turn is sum(conj(from) to) / sum |from|^2.
Similarity fitted(const Points& from, const Points& to) {
  const cv::Point2d from_mean = mean_of(from);
  const cv::Point2d to_mean = mean_of(to);
  cv::Point2d product(0, 0);
  double square = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const cv::Point2d a = from[i] - from_mean;
    const cv::Point2d b = to[i] - to_mean;
    product += cv::Point2d(a.dot(b), a.cross(b));
    square += a.dot(a);
  }
  Similarity result{product / square, {0, 0}};
  result.shift = to_mean - result(from_mean);
  return result;
}

Similarity misalignment(const FaceAxes& axes, const Frame& frame, double sigma,
                        const RandomStream& stream) {
  const Points truth = alignment_points(axes, frame);
  Points found = truth;
  for (std::size_t i = 0; i < found.size(); ++i)
    found[i] += sigma * cv::Point2d(stream.normal(2 * i), stream.normal(2 * i + 1));
  return fitted(found, truth);
}

}  // namespace

PerturbationSpec landmark_jitter() {
  PerturbationSpec spec;
  spec.name = "landmark_jitter";
  spec.summary = "alignment by landmarks with a normal error, made by moving the pixels";
  spec.params = {{.name = "sigma",
                  .unit = "inter-eye distance",
                  .summary = "standard deviation of each landmark along each axis",
                  .min = 0,
                  .max = 0.5}};
  spec.keeps_grey = true;
  spec.random = true;
  spec.alignment_error = true;
  spec.strength = "sigma";
  spec.ladder = {0.02, 0.04, 0.07, 0.11, 0.16};
  spec.ladder_source =
      "own: from the disagreement of careful annotators to a detector that has lost the face's parts";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double sigma = params.number("sigma");
    return [sigma](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return moved(image, frame, misalignment(axes, frame, sigma, stream));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
