// SPDX-License-Identifier: Apache-2.0
// Acquisition: from a photograph to the face that a sample means.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/sample.h"
#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench {

/// A face that a detector found, with its 68 landmarks, in pixels of the photograph.
struct Face {
  Box box;
  double detection_confidence = 0;  // the detector's own scale
  Landmarks landmarks;
  bool fallback_box =
      false;  // below the detector's threshold, or no box of its at all (NoFace::centre_box)
};

/// Finds faces and landmarks. One instance per thread; equal pictures give equal results.
class Detector {
 public:
  virtual ~Detector() = default;
  /// Part of every key of stored acquisitions: name, version and hash of the landmark model.
  [[nodiscard]] virtual std::string identity() const = 0;
  /// All faces, from the most confident; empty when there is none.
  [[nodiscard]] virtual std::vector<Face> detect(const Image& photograph) const = 0;
  /// Boxes that its threshold rejects, from the most confident, without landmarks: for a photograph that
  /// is known to hold a face. Empty where the detector has none to offer.
  [[nodiscard]] virtual std::vector<Face> doubtful(const Image& /*photograph*/) const { return {}; }
  /// The landmarks of a face in a known box. Not a number where the box is smaller than a pixel, or
  /// lies outside of the photograph.
  [[nodiscard]] virtual Landmarks landmarks_in(const Image& photograph, const Box& box) const = 0;
};

[[nodiscard]] std::vector<std::string> detector_names();
/// The user brings its weights: its name is followed by ':' and their file.
[[nodiscard]] bool detector_needs_file(const std::string& name);
/// `dlib_hog`, or `yunet:FILE`. Loads the detector's module on first use. Throws ConfigError for an
/// unknown name or a missing FILE part, and EnvironmentError when the module, its landmark file or FILE
/// is missing or cannot be read.
[[nodiscard]] std::unique_ptr<Detector> make_detector(const std::string& name_and_file);

/// Which face of a photograph is the sample when there are several. nearest_to_hint takes the largest
/// where there is no hint; central means nearest to the centre of the photograph.
enum class FaceChoice { largest, central, nearest_to_hint, refuse };
/// What to do when none is found. centre_box: LFW's protocol drops nobody (dlib issue 444), so the
/// landmarks are fitted in a box in the middle (given by the hint where there is one): in the most
/// confident of the detector's doubtful boxes that overlaps it, else in that box itself.
enum class NoFace { fail, centre_box };

struct AcquisitionPolicy {
  std::string detector = "dlib_hog";
  FaceChoice choice = FaceChoice::largest;  // a sample with a box hint uses nearest_to_hint
  NoFace no_face = NoFace::fail;
};
[[nodiscard]] std::string_view to_string(FaceChoice choice);
[[nodiscard]] std::string_view to_string(NoFace rule);

/// A sample's face, or why there is none.
struct AcquiredFace {
  Status status = Status::ok;
  std::string reason;  // "" when ok
  Face face;           // meaningful when ok
};

/// Picks the sample's face among those found. `faces` as returned by detect(). A face that does not
/// overlap the sample's box hint is not taken: the hinted face then counts as not found.
[[nodiscard]] AcquiredFace choose_face(const Sample& sample, const std::vector<Face>& faces,
                                       const Image& photograph, const Detector& detector,
                                       const AcquisitionPolicy& policy);

/// The face of `sample` in `photograph` from scratch: given landmarks, or detect and choose.
[[nodiscard]] AcquiredFace acquire_face(const Sample& sample, const Image& photograph,
                                        const Detector& detector, const AcquisitionPolicy& policy);

/// capture stage: is `found` another face than `clean`? True when the eye centres lie more than one
/// clean inter-eye distance apart (the midpoints are compared).
[[nodiscard]] bool is_wrong_face(const Landmarks& clean, const Landmarks& found);

/// The upright square around a face at the photograph's own resolution.
struct FaceCrop {
  Image pixels;
  Frame frame;                  // landmarks in pixels of the crop
  cv::Matx23d crop_from_photo;  // rotation and translation; scaling only where resampled
};

/// Side of the crop in inter-eye distances. Every template of a model must lie inside of it.
inline constexpr double kCropInterEyeDistances = 5.0;

/// Cuts the square of 5 inter-eye distances, eyes level, border replicated. The centre of the square
/// lies 0.5 inter-eye distance below the midpoint of the eyes.
/// nullopt when the landmarks are unusable (eyes coincide, points not finite, eyes over 4,000 px apart).
[[nodiscard]] std::optional<FaceCrop> crop_face(const Image& photograph, const Landmarks& landmarks);

/// The crop at another resolution, `side_px` pixels wide and high: mean of the covered pixels downwards,
/// bicubic upwards. Requires: side_px >= 1.
[[nodiscard]] FaceCrop resampled(const FaceCrop& crop, int side_px);

}  // namespace robench
