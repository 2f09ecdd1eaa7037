// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "dynamic range": there the entropy of the luminance histogram too.
#include <cmath>
#include <limits>

#include "models/luma_histogram.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec dynamic_range() {
  QualityMeasureSpec spec;
  spec.name = "dynamic_range";
  spec.unit = "bit";
  spec.summary = "entropy of the histogram of luma over the face, 0..8";
  spec.mapping = "linear, 0 at 3.5 bit, 100 from 7.2 bit (own: see docs/confidence.md)";
  spec.raw = [](const QualityFace& face) {
    double entropy = 0;
    double all = 0;
    for (const double share : luma_shares(face.luma, face.hull)) {
      all += share;
      if (share > 0) entropy -= share * std::log2(share);
    }
    return all > 0 ? entropy : std::numeric_limits<double>::quiet_NaN();
  };
  spec.score = linear_score(3.5, 7.2);
  spec.low_means = "few tones in the face: faded, foggy, dark or burnt out";
  return spec;
}

}  // namespace robench::quality
