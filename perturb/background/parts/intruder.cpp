// SPDX-License-Identifier: Apache-2.0
#include "perturb/background/parts/intruder.h"
#include "perturb/gaussian_blurred.h"
#include "perturb/linear_light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/background/parts/linear_blur.h"
#include "perturb/smooth_step.h"
#include "perturb/srgb.h"
#include "perturb/subject_mask.h"
#include "perturb/warp.h"

namespace robench {
namespace {

constexpr double kSameLight = 0.5;    // how far the other's colours move towards the subject's picture
constexpr double kLargestGain = 1.6;  // of a channel's contrast
constexpr float kClothes = 0.4F;      // depth of the strip of clothes that goes on below, other's units
constexpr float kStretch = 4;  // how much longer it is drawn, so that its pattern does not repeat soon
constexpr float kEdgeBlend = 0.4F;  // from the found mask to the generic shape at the photograph's edge
constexpr float kShapeSoftness = 0.25F;

// Mean and variance transfer (Reinhard et al. 2001, "Color Transfer between Images"), here per channel
// of the encoded picture and half of the way: skin and clothes keep their own colours.
Image in_the_light_of(const Image& other, const Image& picture) {
  cv::Scalar mean, deviation, target_mean, target_deviation;
  cv::meanStdDev(other.bgr(), mean, deviation);
  cv::meanStdDev(picture.bgr(), target_mean, target_deviation);
  // One contrast for all channels; a shift for each.
  const double ratio = (target_deviation[0] + target_deviation[1] + target_deviation[2] + 3) /
                       (deviation[0] + deviation[1] + deviation[2] + 3);
  const double gain = std::clamp(std::pow(ratio, kSameLight), 1 / kLargestGain, kLargestGain);
  std::array<PixelTable, 3> tables;
  for (int c = 0; c < 3; ++c) {
    const double to = mean[c] + kSameLight * (target_mean[c] - mean[c]);
    tables[static_cast<std::size_t>(c)] =
        table_of_encoded([&](double value) { return (to + gain * (255 * value - mean[c])) / 255; });
  }
  return apply_tables(other, tables);
}

// Between 0 and `last`; beyond it to and fro within `strip` of it, slowly.
float folded(float place, float last, float strip) {
  if (place <= last) return std::max(0.0F, place);
  const float beyond = std::fmod((place - last) / kStretch, 2 * strip);
  return std::max(0.0F, last - (beyond < strip ? beyond : 2 * strip - beyond));
}

// The last row of each column that is picture: the black wedges that a rotation leaves at the bottom
// (LFW's funneled photographs have them) are not clothes. Black clothes lose at most the same.
std::vector<float> last_rows(const cv::Mat& bgr) {
  constexpr int kBlack = 8;
  constexpr int kMargin = 2;  // interpolated pixels along the wedge
  const int least = bgr.rows * 3 / 4;
  std::vector<float> last;
  for (int x = 0; x < bgr.cols; ++x) {
    int y = bgr.rows - 1;
    const auto black = [&](const cv::Vec3b& p) { return std::max({p[0], p[1], p[2]}) < kBlack; };
    while (y > least && black(bgr.at<cv::Vec3b>(y, x))) --y;
    if (y < bgr.rows - 1) y = std::max(least, y - kMargin);
    last.push_back(static_cast<float>(y));
  }
  return last;
}

// From a pixel of the subject's picture to face units of the other.
class ToOther {
 public:
  ToOther(const Standpoint& where, const FaceAxes& axes)
      : axes_(axes), eyes_(where.eyes), per_scale_(1 / std::max(where.scale, 1e-4)) {
    const double roll = where.roll_deg * std::numbers::pi / 180;
    turn_ = {std::cos(roll) * per_scale_, std::sin(roll) * per_scale_};
  }
  [[nodiscard]] cv::Point2f operator()(cv::Point2f pixel) const {
    const cv::Point2d d = cv::Point2d(axes_.from_pixel(pixel)) - eyes_;
    return {static_cast<float>(turn_.x * d.x + turn_.y * d.y),
            static_cast<float>(turn_.x * d.y - turn_.y * d.x)};
  }

 private:
  const FaceAxes& axes_;
  cv::Point2d eyes_;
  double per_scale_;
  cv::Point2d turn_;
};

// Pixels to the nearest edge left, right or below, where the photograph ends but the person does not.
float to_open_edge(cv::Point2f pixel, cv::Size picture) {
  return std::min({pixel.x, static_cast<float>(picture.width - 1) - pixel.x,
                   static_cast<float>(picture.height - 1) - pixel.y});
}

cv::Mat cover_of(const cv::Mat& share, const SourceMap& map, const FaceAxes& other_axes,
                 const cv::Mat& other_place) {
  cv::Mat cover;
  cv::remap(share, cover, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  const PersonShape shape(other_axes);
  for (int y = 0; y < cover.rows; ++y) {
    for (int x = 0; x < cover.cols; ++x) {
      const auto& face = other_place.at<cv::Point2f>(y, x);
      const cv::Point2f pixel = other_axes.to_pixel(face);
      const float inside =
          smooth_step(to_open_edge(pixel, share.size()) / (kEdgeBlend * other_axes.unit_px()));
      const float generic = smooth_step(0.5F + shape.depth_of_body(face.x, face.y) / kShapeSoftness);
      float& value = cover.at<float>(y, x);
      value = generic + inside * (value - generic);
      if (pixel.y < 0) value *= smooth_step(1 + pixel.y / (kEdgeBlend * other_axes.unit_px()));
    }
  }
  return cover;
}

}  // namespace

PersonLayer person_layer(const OtherFace& other, const Standpoint& where, const Image& picture,
                         const FaceAxes& axes) {
  const cv::Size size = picture.bgr().size();
  const cv::Size other_size = other.picture.bgr().size();
  const FaceAxes other_axes(Frame(other.landmarks), other_size);
  const ToOther to_other(where, axes);
  const SourceMap place = source_map(size, to_other);  // in face units of the other
  const float strip = kClothes * other_axes.unit_px();
  const std::vector<float> last_row = last_rows(other.picture.bgr());
  SourceMap map(size, CV_32FC2);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const cv::Point2f pixel = other_axes.to_pixel(place.at<cv::Point2f>(y, x));
      const float column = std::clamp(pixel.x, 0.0F, static_cast<float>(other_size.width - 1));
      const float last = last_row[static_cast<std::size_t>(column)];
      map.at<cv::Point2f>(y, x) = {column, folded(pixel.y, last, strip)};
    }
  }
  const Image lit = in_the_light_of(other.picture, picture);
  const double shrink = where.scale * axes.unit_px() / other_axes.unit_px();
  const cv::Mat colours = linear_light(warped(low_passed_for(lit, std::max(shrink, 0.02)), map));
  const cv::Mat cover = cover_of(person_share(other.picture, other_axes), map, other_axes, place);
  const double sigma = where.blur * axes.unit_px();
  return {weighted_blurred(colours, cover, sigma), gaussian_blurred(cover, sigma)};
}

}  // namespace robench
