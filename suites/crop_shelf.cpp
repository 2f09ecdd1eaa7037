// SPDX-License-Identifier: Apache-2.0
#include "suites/crop_shelf.h"

#include <cmath>

#include <tbb/parallel_for.h>

#include "suites/photograph.h"

namespace robench {
namespace {

constexpr double kShelfBytes = 512.0 * 1024 * 1024;

double crop_bytes(const Landmarks& landmarks) {
  const double side = std::round(kCropInterEyeDistances * landmarks.inter_eye_px());
  return 3 * side * side;
}

std::optional<FaceCrop> decode_crop(const Experiment& experiment, std::size_t row) {
  const auto photograph = photograph_of(experiment, row);
  if (!photograph) return std::nullopt;
  auto crop = crop_face(*photograph, experiment.faces[row].face.landmarks);
  if (crop && experiment.suite.crop_px) return resampled(*crop, *experiment.suite.crop_px);
  return crop;
}

}  // namespace

std::optional<Image> photograph_of(const Experiment& experiment, std::size_t row) {
  auto picture = photograph_of(experiment.data.samples[row]);
  if (auto* image = std::get_if<Image>(&picture)) return std::move(*image);
  return std::nullopt;
}

CropShelf::CropShelf(const Experiment& experiment, std::size_t shard)
    : experiment_(experiment), first_(shard_rows(experiment, shard).first) {
  const std::size_t last = shard_rows(experiment, shard).second;
  kept_.resize(last - first_);
  std::vector<std::size_t> chosen;
  double bytes = 0;
  for (std::size_t row = first_; row < last; ++row) {
    const AcquiredFace& face = experiment.faces[row];
    if (face.status != Status::ok) continue;
    bytes += crop_bytes(face.face.landmarks);
    if (bytes > kShelfBytes) break;
    chosen.push_back(row);
  }
  tbb::parallel_for(std::size_t{0}, chosen.size(), [&](std::size_t i) {
    kept_[chosen[i] - first_] = decode_crop(experiment_, chosen[i]);
  });
}

std::optional<FaceCrop> CropShelf::crop(std::size_t row) const {
  const auto& kept = kept_[row - first_];
  return kept ? kept : decode_crop(experiment_, row);
}

}  // namespace robench
