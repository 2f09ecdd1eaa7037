// SPDX-License-Identifier: Apache-2.0
#include "suites/inspect/photo_reading.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "models/codec.h"
#include "models/jpeg_quality.h"
#include "models/quality_measure.h"
#include "perturb/srgb.h"
#include "suites/interrupt.h"
#include "suites/progress.h"

namespace robench {
namespace {

double raw_of(const std::vector<QualityValue>& quality, std::string_view name) {
  for (std::size_t i = 0; i < quality.size(); ++i)
    if (quality_measures()[i].name == name) return quality[i].raw;
  ROBENCH_ASSERT(false && "a quality measure is missing");
  return 0;
}

/// Mean linear light where `mask` is set; of luma, whose code values are those of sRGB.
double light_in(const cv::Mat1b& luma, const cv::Mat1b& mask) {
  double sum = 0;
  std::int64_t count = 0;
  for (int y = 0; y < luma.rows; ++y)
    for (int x = 0; x < luma.cols; ++x)
      if (mask(y, x) != 0) {
        sum += linear_of_pixel()[luma(y, x)];
        ++count;
      }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

double left_right_ev(const QualityFace& face) {
  constexpr double kBlack = 1e-4;  // half a code value near black: keeps the ratio finite
  constexpr int kFewest = 50;      // pixels of a half; fewer when the head is turned away or very small
  if (cv::countNonZero(face.left) < kFewest || cv::countNonZero(face.right) < kFewest)
    return std::numeric_limits<double>::quiet_NaN();
  return std::log2((light_in(face.luma, face.left) + kBlack) /
                   (light_in(face.luma, face.right) + kBlack));
}

void measure(PhotoReading& reading, const Image& photograph, const Landmarks& landmarks) {
  const auto set = [&](PhotoMeasure measure, double value) {
    reading.values[static_cast<std::size_t>(measure)] = value;
  };
  set(PhotoMeasure::inter_eye_px, landmarks.inter_eye_px());
  const auto crop = crop_face(photograph, landmarks);
  if (!crop) return;
  const auto face = quality_face(photograph, landmarks, *crop);
  const auto quality = assess_quality(face);
  set(PhotoMeasure::luminance_mean, raw_of(quality, "luminance_mean"));
  set(PhotoMeasure::under_exposed, raw_of(quality, "under_exposure_prevention"));
  set(PhotoMeasure::over_exposed, raw_of(quality, "over_exposure_prevention"));
  set(PhotoMeasure::sharpness, raw_of(quality, "sharpness"));
  set(PhotoMeasure::roll_deg, raw_of(quality, "head_pose_roll"));
  if (face) set(PhotoMeasure::left_right_ev, left_right_ev(*face));
}

class PhotoReader {
 public:
  PhotoReader(const DataSet& data, const AcquisitionPolicy& policy)
      : data_(data), policy_(policy), detectors_([&policy] { return make_detector(policy.detector); }) {}

  std::vector<PhotoReading> photograph(std::size_t sample) {
    PhotoReading reading;
    reading.sample = sample;
    const auto bytes = read_bytes(data_.samples[sample].path);
    const auto picture = std::holds_alternative<std::string>(bytes)
                             ? std::variant<Image, std::string>(std::get<std::string>(bytes))
                             : decode_image(std::get<std::vector<std::uint8_t>>(bytes));
    if (const auto* reason = std::get_if<std::string>(&picture)) {
      reading.status = Status::undecodable;
      reading.reason = *reason;
      return {reading};
    }
    const Image& photograph = std::get<Image>(picture);
    reading.width = photograph.width();
    reading.height = photograph.height();
    if (const auto quality = jpeg_quality(std::get<std::vector<std::uint8_t>>(bytes)))
      reading.values[static_cast<std::size_t>(PhotoMeasure::jpeg_quality)] = *quality;
    return faces_of(sample, photograph, reading);
  }

 private:
  std::vector<PhotoReading> faces_of(std::size_t sample, const Image& photograph,
                                     const PhotoReading& blank) {
    const Detector& detector = *detectors_.local();
    std::vector<Face> faces = detector.detect(photograph);
    std::ranges::stable_sort(faces, {}, [](const Face& face) { return face.box.x; });
    std::vector<PhotoReading> readings;
    if (data_.every_face_is_a_sample && !faces.empty()) {
      for (const Face& face : faces)
        readings.push_back(read(blank, photograph, {Status::ok, "", face}, faces));
    } else {
      const Sample& meant = data_.samples[sample];
      readings.push_back(read(blank, photograph,
                              meant.landmarks ? acquire_face(meant, photograph, detector, policy_)
                                              : choose_face(meant, faces, photograph, detector, policy_),
                              faces));
    }
    return readings;
  }

  static PhotoReading read(PhotoReading reading, const Image& photograph, const AcquiredFace& acquired,
                           const std::vector<Face>& faces) {
    reading.faces = static_cast<int>(faces.size());
    reading.status = acquired.status;
    reading.reason = acquired.reason;
    if (acquired.status != Status::ok) return reading;
    reading.fallback_box = acquired.face.fallback_box;
    for (std::size_t i = 0; i < faces.size(); ++i)
      if (faces[i].box == acquired.face.box) reading.face = static_cast<int>(i);
    measure(reading, photograph, acquired.face.landmarks);
    return reading;
  }

  const DataSet& data_;
  const AcquisitionPolicy& policy_;
  tbb::enumerable_thread_specific<std::unique_ptr<Detector>> detectors_;
};

}  // namespace

std::string_view to_string(PhotoMeasure measure) {
  constexpr std::array<std::string_view, kPhotoMeasures> kNames{
      "inter_eye_px", "luminance_mean", "under_exposed", "over_exposed",
      "sharpness",    "jpeg_quality",   "left_right_ev", "roll_deg"};
  return kNames[static_cast<std::size_t>(measure)];
}

std::vector<PhotoReading> read_photographs(const DataSet& data, const AcquisitionPolicy& policy) {
  PhotoReader reader(data, policy);
  std::vector<std::vector<PhotoReading>> of_sample(data.samples.size());
  Progress progress("inspecting", static_cast<std::int64_t>(data.samples.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, data.samples.size(), [&](std::size_t sample) {
    if (interrupt_requested()) return;
    of_sample[sample] = reader.photograph(sample);
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  std::vector<PhotoReading> all;
  for (auto& readings : of_sample) std::ranges::move(readings, std::back_inserter(all));
  return all;
}

}  // namespace robench
