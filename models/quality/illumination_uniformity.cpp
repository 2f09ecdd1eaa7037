// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "illumination uniformity": there the overlap of the histograms of two
// patches of cheek too, here of both halves of the face.
#include <algorithm>
#include <array>
#include <limits>

#include <opencv2/core.hpp>

#include "models/luma_histogram.h"
#include "models/quality_measure.h"

namespace robench::quality {
namespace {

constexpr int kCodesPerBin = 8;  // 32 bins: fine enough for light, coarse enough for 500 pixels

std::array<double, 256 / kCodesPerBin> binned(const cv::Mat1b& luma, const cv::Mat1b& mask) {
  std::array<double, 256 / kCodesPerBin> bins{};
  const auto shares = luma_shares(luma, mask);
  for (std::size_t code = 0; code < shares.size(); ++code) bins[code / kCodesPerBin] += shares[code];
  return bins;
}

}  // namespace

QualityMeasureSpec illumination_uniformity() {
  QualityMeasureSpec spec;
  spec.name = "illumination_uniformity";
  spec.unit = "share";
  spec.summary =
      "overlap of the luma histograms (32 bins) of the left and the right half of the face, 0..1";
  spec.mapping = "linear, 0 at 0.1, 100 from 0.8 (own: see docs/confidence.md)";
  spec.raw = [](const QualityFace& face) {
    constexpr int kFewest = 50;  // pixels of a half; fewer when the head is turned away or very small
    if (cv::countNonZero(face.left) < kFewest || cv::countNonZero(face.right) < kFewest)
      return std::numeric_limits<double>::quiet_NaN();
    const auto left = binned(face.luma, face.left);
    const auto right = binned(face.luma, face.right);
    double overlap = 0;
    for (std::size_t bin = 0; bin < left.size(); ++bin) overlap += std::min(left[bin], right[bin]);
    return overlap;
  };
  spec.score = linear_score(0.1, 0.8);
  spec.low_means = "light from one side: half of the face in shadow";
  return spec;
}

}  // namespace robench::quality
