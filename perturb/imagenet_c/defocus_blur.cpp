// SPDX-License-Identifier: Apache-2.0
// Defocus of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): encoded values under a disk whose edge a
// small Gaussian softens; edges are mirrored.
//
// A row of a disk is a run of equal weights. With the sums P of each picture row from its left end, a
// run costs two of them instead of its length; of any kernel K only the places where it changes count:
//   sum_x K[x] I[x] = sum_x (K[x - 1] - K[x]) P[x], with P[x] the sum of I left of x.
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/imagenet_c/parts/weighted_rows.h"

namespace robench::imagenet_c {
namespace {

struct Defocus {
  double radius;
  double softness;  // standard deviation of the Gaussian
};

// The published kernel. Disks of radius 8 and 10 reach the border of their support, where the Gaussian
// meets its own mirror image; that makes them 1.3 and 1.1 % brighter, and ImageNet-C with them.
cv::Mat disk(const Defocus& defocus) {
  const bool small = defocus.radius <= 8;
  const int reach = small ? 8 : static_cast<int>(defocus.radius);
  cv::Mat kernel(2 * reach + 1, 2 * reach + 1, CV_32F);
  for (int y = -reach; y <= reach; ++y) {
    for (int x = -reach; x <= reach; ++x)
      kernel.at<float>(y + reach, x + reach) =
          x * x + y * y <= defocus.radius * defocus.radius ? 1.0F : 0.0F;
  }
  kernel /= cv::sum(kernel)[0];
  cv::Mat softened;
  cv::GaussianBlur(kernel, softened, small ? cv::Size(3, 3) : cv::Size(5, 5), defocus.softness);
  return softened;
}

struct Change {
  int dx, dy;  // from the upper left corner of the kernel
  float weight;
};

struct Kernel {
  int reach = 0;
  std::vector<Change> changes;
};

Kernel changes_of(const cv::Mat& disk) {
  constexpr float kSame = 1e-8F;  // rounding of equal weights
  Kernel kernel{disk.cols / 2, {}};
  for (int y = 0; y < disk.rows; ++y) {
    for (int x = 0; x <= disk.cols; ++x) {
      const float before = x == 0 ? 0 : disk.at<float>(y, x - 1);
      const float after = x == disk.cols ? 0 : disk.at<float>(y, x);
      if (std::abs(before - after) > kSame) kernel.changes.push_back({x, y, before - after});
    }
  }
  return kernel;
}

// Of each row and channel the sums from the left end; one pixel longer than the picture.
cv::Mat sums_from_left(const cv::Mat& bgr) {
  cv::Mat sums(bgr.rows, bgr.cols + 1, CV_32FC3);
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    auto* to = sums.ptr<cv::Vec3f>(y);
    cv::Vec3i sum(0, 0, 0);
    to[0] = {0, 0, 0};
    for (int x = 0; x < bgr.cols; ++x) {
      sum += cv::Vec3i(from[x]);
      to[x + 1] = cv::Vec3f(sum);
    }
  }
  return sums;
}

Image defocused(const Image& image, const Kernel& kernel) {
  cv::Mat padded;
  cv::copyMakeBorder(image.bgr(), padded, kernel.reach, kernel.reach, kernel.reach, kernel.reach,
                     cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  const cv::Mat sums = sums_from_left(padded);
  std::vector<WeightedRow> rows(kernel.changes.size());
  std::vector<float> blurred(3 * static_cast<std::size_t>(image.width()));
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Change& change = kernel.changes[i];
      rows[i] = {sums.ptr<float>(y + change.dy) + 3 * change.dx, change.weight};
    }
    sum_rows(rows, 3 * image.width(), blurred.data());
    floor_row(blurred.data(), out.ptr(y), 3 * image.width());
  }
  return Image(out);
}

}  // namespace

PerturbationSpec defocus_blur() {
  static constexpr LevelTables<Defocus> kDefocus = {
      {{{3, .1}, {4, .5}, {6, .5}, {8, .5}, {10, .5}}},
      {{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}}}};
  PerturbationSpec spec =
      imagenet_c_spec("defocus_blur", "encoded values under a disk with a soft edge",
                      "(radius px, edge sigma px) (3, .1), (4, .5), (6, .5), (8, .5), (10, .5)");
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    return
        [kernel = changes_of(disk(kDefocus.at(params)))](
            const Image& image, const Frame&, const RandomStream&) { return defocused(image, kernel); };
  };
  return spec;
}

}  // namespace robench::imagenet_c
