// SPDX-License-Identifier: Apache-2.0
// Too few photons: each grain counts a Poisson number of them, in linear light, independent in the three
// channels. With N photons for white, light L becomes count / N, of mean L and variance L / N; the
// strength is the noise of white, 1 / sqrt(N). Counts come from one normal field by the Poisson quantile
// of its probability, so that all severities share it; above kManyPhotons a Poisson number is normal
// enough to be computed as one. The grain is tied to the face, see gaussian_noise.cpp; a pixel larger
// than a grain counts more photons.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// Of each pixel value, the noisy one for each normal number, in steps of 1/128.
class NoisyPixels {
 public:
  explicit NoisyPixels(double noise_of_white);
  [[nodiscard]] std::uint8_t at(std::uint8_t pixel, float normal) const {
    const float clipped = std::min(kLargest, std::max(-kLargest, normal));
    return noisy_[kCount * pixel + static_cast<std::size_t>((clipped + kLargest) * kPerUnit + 0.5F)];
  }

 private:
  static constexpr float kLargest = 4.0F;
  static constexpr float kPerUnit = 128.0F;
  static constexpr std::size_t kCount = 1025;
  static double normal_at(std::size_t i) { return static_cast<double>(i) / kPerUnit - kLargest; }
  static const std::array<double, kCount>&
  probabilities();  // that a normal number is at most normal_at(i)
  void add_normal(std::size_t pixel, double light, double deviation);
  void add_poisson(std::size_t pixel, double mean_count, double photons_of_white);

  std::vector<std::uint8_t> noisy_ = std::vector<std::uint8_t>(256 * kCount);
};

NoisyPixels::NoisyPixels(double noise_of_white) {
  constexpr double kManyPhotons = 150;
  const double noise2 = noise_of_white * noise_of_white;
  for (std::size_t pixel = 0; pixel < 256; ++pixel) {
    const double light = linear_of_pixel()[pixel];
    if (light >= kManyPhotons * noise2)
      add_normal(pixel, light, noise_of_white * std::sqrt(light));
    else
      add_poisson(pixel, light / noise2, 1 / noise2);
  }
}

const std::array<double, NoisyPixels::kCount>& NoisyPixels::probabilities() {
  static const std::array<double, kCount> table = [] {
    std::array<double, kCount> values{};
    for (std::size_t i = 0; i < kCount; ++i)
      values[i] = 0.5 * std::erfc(-normal_at(i) / std::numbers::sqrt2);
    return values;
  }();
  return table;
}

void NoisyPixels::add_normal(std::size_t pixel, double light, double deviation) {
  for (std::size_t i = 0; i < kCount; ++i) {
    noisy_[kCount * pixel + i] =
        srgb_encoder().encode(static_cast<float>(light + deviation * normal_at(i)));
  }
}

void NoisyPixels::add_poisson(std::size_t pixel, double mean_count, double photons_of_white) {
  double count = 0;
  double probability = std::exp(-mean_count);  // of this count
  double up_to = probability;                  // of this count and all below
  for (std::size_t i = 0; i < kCount; ++i) {
    while (up_to < probabilities()[i] && probability > 0) {
      count += 1;
      probability *= mean_count / count;
      up_to += probability;
    }
    noisy_[kCount * pixel + i] = srgb_encoder().encode(static_cast<float>(count / photons_of_white));
  }
}

Image counted(const Image& image, const GrainField& field, const NoisyPixels& pixels) {
  cv::Mat out(image.bgr().size(), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    const float* normal = field.values.ptr<float>(y);
    std::uint8_t* to = out.ptr(y);
    for (int i = 0; i < 3 * out.cols; ++i) to[i] = pixels.at(from[i], normal[i]);
  }
  return Image(out);
}

}  // namespace

PerturbationSpec shot_noise() {
  PerturbationSpec spec;
  spec.name = "shot_noise";
  spec.summary = "too few photons: Poisson counts of linear light";
  spec.params = {
      {.name = "noise",
       .unit = "fraction of white",
       .summary = "standard deviation of white, one over the root of its photons",
       .min = 0,
       .max = 2},
      {.name = "grain",
       .unit = "inter-eye distances",
       .summary = "width of the area that counts together",
       .min = 0.001,
       .max = 1,
       .default_value = 0.028},
  };
  spec.random = true;
  spec.strength = "noise";
  spec.ladder = {0.129, 0.2, 0.289, 0.447, 0.577};
  spec.ladder_source = "ImageNet-C shot_noise: 60, 25, 12, 5, 3 photons for white, but in linear light";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double noise = params.number("noise");
    const double grain = params.number("grain");
    return [=, pixels = NoisyPixels(noise)](const Image& image, const Frame& frame,
                                            const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const GrainField field = grain_field(stream, FaceAxes(frame, size), size, grain, 3);
      if (field.amplitude < 1) return counted(image, field, NoisyPixels(noise * field.amplitude));
      return counted(image, field, pixels);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
