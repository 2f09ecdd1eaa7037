// SPDX-License-Identifier: Apache-2.0
// Segmentation in one pass of three old ideas: a shape prior, colour histograms of both sides as
// likelihoods (as in GrabCut, Rother et al. 2004, with histograms instead of fitted mixtures, so that
// nothing is random), and the fast guided filter for the edges (He and Sun 2015, arXiv 1505.00996).
#include "perturb/subject_mask.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/smooth_step.h"
#include "perturb/srgb.h"

namespace robench {
namespace {

constexpr float kWorkUnitPx = 20;        // inter-eye distance at which the mask is found
constexpr float kUncertain = 0.6F;       // half width of the band about the outline that colours decide
constexpr float kUncertainBody = 0.35F;  // more of it below the chin: shoulders differ more than heads
constexpr int kBins = 16;                // per colour channel
constexpr float kUnseenColour =
    1e-4F;                             // likelihood of a colour that neither side has; uniform is 2.4e-4
constexpr int kRounds = 2;             // of histogram and decision
constexpr float kGuideRadius = 0.25F;  // inter-eye distances
constexpr double kGuideNoise = 1e-3;   // variance below which the guide counts as flat

std::size_t bin_of(const cv::Vec3b& bgr) {
  constexpr int kWidth = 256 / kBins;
  return static_cast<std::size_t>((bgr[0] / kWidth * kBins + bgr[1] / kWidth) * kBins + bgr[2] / kWidth);
}

// Colours of one side, smoothed over neighbouring bins, summing to 1.
class ColourHistogram {
 public:
  ColourHistogram() : share_(static_cast<std::size_t>(kBins * kBins * kBins), 0.0F) {}
  void add(const cv::Vec3b& bgr, float weight) {
    share_[bin_of(bgr)] += weight;
    total_ += weight;
  }
  void finish() {
    for (const int stride : {1, kBins, kBins * kBins}) smooth_along(stride);
    for (float& value : share_) value = total_ > 0 ? value / static_cast<float>(total_) : 0;
  }
  [[nodiscard]] float operator()(const cv::Vec3b& bgr) const { return share_[bin_of(bgr)]; }
  [[nodiscard]] double total() const { return total_; }

 private:
  // (1 2 1) / 4 along one channel; the outermost bins keep what would leave.
  void smooth_along(int stride) {
    std::vector<float> smooth(share_.size());
    for (int i = 0; i < static_cast<int>(share_.size()); ++i) {
      const int place = i / stride % kBins;
      const int below = place == 0 ? i : i - stride;
      const int above = place == kBins - 1 ? i : i + stride;
      smooth[static_cast<std::size_t>(i)] =
          (share_[static_cast<std::size_t>(below)] + 2 * share_[static_cast<std::size_t>(i)] +
           share_[static_cast<std::size_t>(above)]) /
          4;
    }
    share_.swap(smooth);
  }

  std::vector<float> share_;
  double total_ = 0;
};

// The shape's own share of each pixel of a picture shrunk by `scale`.
cv::Mat shape_prior(const FaceAxes& axes, cv::Size size, float scale) {
  const PersonShape shape(axes);
  cv::Mat prior(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const cv::Point2f pixel((static_cast<float>(x) + 0.5F) / scale - 0.5F,
                              (static_cast<float>(y) + 0.5F) / scale - 0.5F);
      const cv::Point2f face = axes.from_pixel(pixel);
      const float band = kUncertain + kUncertainBody * smooth_step(face.y - 1.2F);
      prior.at<float>(y, x) = smooth_step(0.5F + shape.depth_of_body(face.x, face.y) / (2 * band));
    }
  }
  return prior;
}

// Bayes' rule on each pixel, from the colours that `share` gives to either side.
cv::Mat decided_by_colour(const cv::Mat& bgr, const cv::Mat& prior, const cv::Mat& share) {
  ColourHistogram person;
  ColourHistogram background;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      person.add(bgr.at<cv::Vec3b>(y, x), share.at<float>(y, x));
      background.add(bgr.at<cv::Vec3b>(y, x), 1 - share.at<float>(y, x));
    }
  }
  const double few = 0.01 * static_cast<double>(bgr.total());
  if (person.total() < few || background.total() < few) return prior;
  person.finish();
  background.finish();
  cv::Mat decided(bgr.size(), CV_32F);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const cv::Vec3b& colour = bgr.at<cv::Vec3b>(y, x);
      const float p = prior.at<float>(y, x);
      const float of_person = p * (person(colour) + kUnseenColour);
      const float of_background = (1 - p) * (background(colour) + kUnseenColour);
      decided.at<float>(y, x) = of_person / (of_person + of_background);
    }
  }
  return decided;
}

cv::Mat box_mean(const cv::Mat& values, int radius) {
  cv::Mat mean;
  cv::blur(values, mean, {2 * radius + 1, 2 * radius + 1}, {-1, -1}, cv::BORDER_REPLICATE);
  return mean;
}

cv::Mat grey_of(const cv::Mat& bgr) {
  cv::Mat grey, scaled;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  grey.convertTo(scaled, CV_32F, 1 / 255.0);
  return scaled;
}

// share = slope * grey + offset around each pixel, fitted small, applied at full size.
cv::Mat guided(const cv::Mat& small_share, const cv::Mat& small_bgr, const cv::Mat& bgr, int radius) {
  const cv::Mat grey = grey_of(small_bgr);
  const cv::Mat grey_mean = box_mean(grey, radius);
  const cv::Mat share_mean = box_mean(small_share, radius);
  const cv::Mat covariance = box_mean(grey.mul(small_share), radius) - grey_mean.mul(share_mean);
  const cv::Mat variance = box_mean(grey.mul(grey), radius) - grey_mean.mul(grey_mean);
  cv::Mat slope;
  cv::divide(covariance, cv::Mat(variance + kGuideNoise), slope);
  const cv::Mat offset = share_mean - slope.mul(grey_mean);
  cv::Mat slope_full, offset_full;
  cv::resize(box_mean(slope, radius), slope_full, bgr.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(box_mean(offset, radius), offset_full, bgr.size(), 0, 0, cv::INTER_LINEAR);
  return slope_full.mul(grey_of(bgr)) + offset_full;
}

}  // namespace

cv::Mat person_share(const Image& image, const FaceAxes& axes) {
  const cv::Mat& bgr = image.bgr();
  const float scale = std::min(1.0F, kWorkUnitPx / axes.unit_px());
  const auto shrunk = [&](int pixels) {
    return std::max(1, static_cast<int>(std::lround(static_cast<float>(pixels) * scale)));
  };
  cv::Mat small;
  cv::resize(bgr, small, {shrunk(bgr.cols), shrunk(bgr.rows)}, 0, 0, cv::INTER_AREA);
  const cv::Mat prior = shape_prior(axes, small.size(), scale);
  cv::Mat share = prior;
  for (int round = 0; round < kRounds; ++round) share = decided_by_colour(small, prior, share);
  const int radius = std::max(1, static_cast<int>(std::lround(kGuideRadius * axes.unit_px() * scale)));
  share = guided(share, small, bgr, radius);
  // The filter leaves a haze on either side; what is nearly one or the other becomes it.
  for (int y = 0; y < share.rows; ++y) {
    auto* row = share.ptr<float>(y);
    for (int x = 0; x < share.cols; ++x) row[x] = smooth_step((row[x] - 0.15F) / 0.7F);
  }
  return share;
}

Image with_layer_behind(const Image& image, const cv::Mat& person, const cv::Mat& layer,
                        const cv::Mat& cover) {
  const SrgbEncoder& encoder = srgb_encoder();
  const std::array<float, 256>& linear = linear_of_pixel();
  cv::Mat out(image.bgr().size(), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    const auto* from = image.bgr().ptr<cv::Vec3b>(y);
    const auto* behind = layer.ptr<cv::Vec3f>(y);
    const auto* person_row = person.ptr<float>(y);
    const auto* cover_row = cover.ptr<float>(y);
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < out.cols; ++x) {
      const float share = (1.0F - person_row[x]) * cover_row[x];
      for (int c = 0; c < 3; ++c) {
        const float light = linear[from[x][c]];
        to[x][c] = encoder.encode(light + share * (behind[x][c] - light));
      }
    }
  }
  return Image(out);
}

}  // namespace robench
