// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "compression artifacts": there a trained network; here the steps at the
// borders of JPEG's blocks (ITU-T T.81) against those inside of them. Sees the 8 x 8 grid that begins at
// the picture's corner: blind to blocks of a picture that was cropped or scaled after its compression.
#include <cmath>
#include <limits>

#include "models/quality_measure.h"

namespace robench::quality {
namespace {

constexpr int kBlock = 8;

/// Sums of the absolute steps between neighbours, at the borders of blocks and elsewhere.
struct Steps {
  double border = 0;
  double inside = 0;
  int borders = 0;
  int insides = 0;

  void add(int a, int b, bool at_border) {
    (at_border ? border : inside) += std::abs(a - b);
    ++(at_border ? borders : insides);
  }
};

}  // namespace

QualityMeasureSpec compression_artifacts() {
  QualityMeasureSpec spec;
  spec.name = "compression_artifacts";
  spec.unit = "ratio";
  spec.summary =
      "mean step of luma at the borders of JPEG's blocks over that inside of blocks; 1 = none to see";
  spec.mapping = "linear, 0 from 2.5, 100 at 1.1 (own: see docs/confidence.md)";
  spec.raw = [](const QualityFace& face) {
    constexpr double kGrain = 0.5;  // code values; keeps the ratio of two flat areas near 1
    Steps steps;
    const cv::Mat1b& luma = face.native_luma;
    for (int y = 0; y + 1 < luma.rows; ++y) {
      for (int x = 0; x + 1 < luma.cols; ++x) {
        steps.add(luma(y, x), luma(y, x + 1), (x + 1 + face.native_origin.x) % kBlock == 0);
        steps.add(luma(y, x), luma(y + 1, x), (y + 1 + face.native_origin.y) % kBlock == 0);
      }
    }
    if (steps.borders == 0 || steps.insides == 0) return std::numeric_limits<double>::quiet_NaN();
    return (steps.border / steps.borders + kGrain) / (steps.inside / steps.insides + kGrain);
  };
  spec.score = linear_score(2.5, 1.1);
  spec.logarithmic = true;
  spec.low_means = "compressed too hard: blocks show";
  return spec;
}

}  // namespace robench::quality
