// SPDX-License-Identifier: Apache-2.0
// A photograph sent on from messenger to messenger: each one resizes it a little, cuts another few
// pixels off its margin, so that the 8x8 grid falls elsewhere, and compresses it again. Unlike a second
// JPEG on the same grid, which changes almost nothing, the losses add up. Sizes and grids of all
// generations come from the stream; the strength only says how many there are. Margins cut off are
// replaced by the outermost pixels and the size is restored at the end, so that the face stays where it
// was. Between whole numbers two neighbouring generations are mixed.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/jpeg_codec.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

constexpr double kSmallest = 0.85;  // of the original size, that a generation works at
constexpr int kBlock = 8;

Image resized(const Image& image, cv::Size size) {
  if (image.bgr().size() == size) return image;
  cv::Mat out;
  cv::resize(image.bgr(), out, size, 0, 0, cv::INTER_CUBIC);
  return Image(out);
}

// One generation: resized, compressed on a grid that begins (dx, dy) pixels before the picture.
Image next_generation(const Image& image, cv::Size original, const JpegSettings& settings,
                      const RandomStream& stream) {
  const double scale = stream.uniform(0, kSmallest, 1.0);
  const int dx = static_cast<int>(stream.uniform(1, 0, kBlock));
  const int dy = static_cast<int>(stream.uniform(2, 0, kBlock));
  const cv::Size size(std::max(1, cvRound(scale * original.width)),
                      std::max(1, cvRound(scale * original.height)));
  cv::Mat with_margin;
  cv::copyMakeBorder(resized(image, size).bgr(), with_margin, dy, 0, dx, 0, cv::BORDER_REPLICATE);
  const Image coded = jpeg_coded(Image(with_margin), settings);
  return Image(coded.bgr()(cv::Rect({dx, dy}, size)));
}

Image sent_on(const Image& image, double generations, const JpegSettings& settings,
              const RandomStream& stream) {
  const int whole = static_cast<int>(generations);
  const cv::Size size = image.bgr().size();
  const auto next = [&](const Image& previous, int index) {
    return next_generation(previous, size, settings, stream.fork(std::to_string(index)));
  };
  Image picture = image;
  for (int i = 0; i < whole; ++i) picture = next(picture, i);
  const double share_of_next = generations - whole;
  const Image last = resized(picture, size);
  if (share_of_next == 0) return last;
  cv::Mat mixed;
  cv::addWeighted(last.bgr(), 1 - share_of_next, resized(next(picture, whole), size).bgr(),
                  share_of_next, 0, mixed);
  return Image(mixed);
}

}  // namespace

PerturbationSpec jpeg_generations() {
  PerturbationSpec spec;
  spec.name = "jpeg_generations";
  spec.summary = "compressed again and again, each time a little resized and on a shifted grid";
  spec.params = {{.name = "generations",
                  .unit = "times",
                  .summary = "how often the picture was resized and compressed",
                  .min = 0,
                  .max = 100},
                 jpeg_quality_param(40),
                 subsampling_param()};
  spec.keeps_grey = true;
  spec.strength = "generations";
  spec.ladder = {1, 2, 4, 8, 16};
  spec.ladder_source = "own: each severity sends it on twice as often";
  spec.neutral = 0.0;
  spec.random = true;
  spec.depends_on_pixels_reason = "blocks are 8 pixels of the picture, so a larger face loses less";
  spec.make = [](const Params& params) -> Perturber {
    const JpegSettings settings{.quality = params.number("quality"), .chroma = subsampling_of(params)};
    return [settings, generations = params.number("generations")](const Image& image, const Frame&,
                                                                  const RandomStream& stream) {
      return sent_on(image, generations, settings, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
