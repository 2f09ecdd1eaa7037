// SPDX-License-Identifier: Apache-2.0
// Convolution with a point-spread function. Those of cameras are thin lines or even disks: few shares,
// or few changes along each row. So the picture's rows are added up, shifted and weighted, for each
// share; for a disk for each change, and a running sum along the row makes the shares of the changes.
// Small ones are left to OpenCV's filter2D, which above 11 x 11 turns to a Fourier transform. Against
// that, on a crop of 250 px: 0.9 ms for 11 (a line of 20 px), 2.8 for 11 (a disk of 20 px); on 1080p 51
// for 177 and 109 for 175; a disk of 80 px is equal.
#include <algorithm>
#include <array>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/blur/parts/point_spread.h"

namespace robench {
namespace {

struct Tap {
  int dx, dy;
  float share;
};

std::vector<Tap> taps_of(const cv::Mat& spread) {
  std::vector<Tap> taps;
  for (int y = 0; y < spread.rows; ++y) {
    for (int x = 0; x < spread.cols; ++x) {
      const float share = spread.at<float>(y, x);
      if (share != 0) taps.push_back({x - spread.cols / 2, y - spread.rows / 2, share});
    }
  }
  return taps;
}

// Where the shares change along a row, and by how much.
std::vector<Tap> changes_of(const cv::Mat& spread) {
  std::vector<Tap> taps;
  for (int y = 0; y < spread.rows; ++y) {
    float before = 0;
    for (int x = 0; x <= spread.cols; ++x) {
      const float share = x < spread.cols ? spread.at<float>(y, x) : 0.0F;
      if (share != before) taps.push_back({x - spread.cols / 2, y - spread.rows / 2, share - before});
      before = share;
    }
  }
  return taps;
}

// A picture that goes on beyond its edges: mirrored by `reach`, and dark for another `dark` columns on
// the left.
class Surroundings {
 public:
  Surroundings(const cv::Mat& picture, cv::Size reach, int dark)
      : channels_(picture.channels()), left_(reach.width + dark), top_(reach.height) {
    cv::copyMakeBorder(picture, wide_, reach.height, reach.height, reach.width, reach.width,
                       cv::BORDER_REFLECT);
    if (dark > 0) cv::copyMakeBorder(wide_, wide_, 0, 0, dark, 0, cv::BORDER_CONSTANT, cv::Scalar());
  }
  [[nodiscard]] const float* at(int x, int y) const {
    return wide_.ptr<float>(y + top_) + static_cast<std::ptrdiff_t>(x + left_) * channels_;
  }
  [[nodiscard]] int channels() const { return channels_; }

 private:
  cv::Mat wide_;
  int channels_;
  int left_;
  int top_;
};

// sum[i] = what the taps bring to value i of row y, counted from column `first`. Four taps at a time, so
// that the sum is loaded and stored once for the four.
void add_taps(const Surroundings& light, const std::vector<Tap>& taps, int first, int y,
              std::vector<float>& sum) {
  std::fill(sum.begin(), sum.end(), 0.0F);
  for (std::size_t t = 0; t < taps.size(); t += 4) {
    std::array<const float*, 4> from{};
    std::array<float, 4> share{};
    for (std::size_t k = 0; k < 4; ++k) {
      const Tap& tap = taps[std::min(t + k, taps.size() - 1)];
      from[k] = light.at(first - tap.dx, y - tap.dy);
      share[k] = t + k < taps.size() ? tap.share : 0.0F;
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += (share[0] * from[0][i] + share[1] * from[1][i]) +
                (share[2] * from[2][i] + share[3] * from[3][i]);
    }
  }
}

cv::Mat spread_by_taps(const cv::Mat& light, const cv::Mat& spread, const std::vector<Tap>& taps) {
  const Surroundings wide(light, {spread.cols / 2, spread.rows / 2}, 0);
  std::vector<float> sum(static_cast<std::size_t>(light.cols) *
                         static_cast<std::size_t>(light.channels()));
  cv::Mat out(light.size(), light.type());
  for (int y = 0; y < light.rows; ++y) {
    add_taps(wide, taps, 0, y, sum);
    std::copy(sum.begin(), sum.end(), out.ptr<float>(y));
  }
  return out;
}

// The running sum begins where the spread does not yet touch the mirrored picture, so it begins at 0.
cv::Mat spread_by_changes(const cv::Mat& light, const cv::Mat& spread, const std::vector<Tap>& changes) {
  const int reach = spread.cols / 2;
  const Surroundings wide(light, {reach, spread.rows / 2}, 2 * reach + 1);
  const auto channels = static_cast<std::size_t>(light.channels());
  const std::size_t before = 2 * static_cast<std::size_t>(reach) * channels;
  std::vector<float> sum(before + static_cast<std::size_t>(light.cols) * channels);
  std::vector<double> running(channels);
  cv::Mat out(light.size(), light.type());
  for (int y = 0; y < light.rows; ++y) {
    add_taps(wide, changes, -2 * reach, y, sum);
    std::fill(running.begin(), running.end(), 0.0);
    float* to = out.ptr<float>(y);
    for (std::size_t i = 0; i < sum.size(); i += channels) {
      for (std::size_t c = 0; c < channels; ++c) {
        running[c] += static_cast<double>(sum[i + c]);
        if (i >= before) to[i - before + c] = static_cast<float>(running[c]);
      }
    }
  }
  return out;
}

}  // namespace

cv::Mat spread_light(const cv::Mat& light, const cv::Mat& spread) {
  constexpr std::size_t kSmall = 11 * 11;
  if (spread.total() < kSmall) {
    cv::Mat turned;  // filter2D correlates
    cv::flip(spread, turned, -1);
    cv::Mat out;
    cv::filter2D(light, out, -1, turned, {-1, -1}, 0, cv::BORDER_REFLECT);
    return out;
  }
  const std::vector<Tap> taps = taps_of(spread);
  const std::vector<Tap> changes = changes_of(spread);
  constexpr std::size_t kRunningSum = 12;  // costs as much as so many taps
  return changes.size() + kRunningSum < taps.size() ? spread_by_changes(light, spread, changes)
                                                    : spread_by_taps(light, spread, taps);
}

}  // namespace robench
