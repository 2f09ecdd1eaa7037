// SPDX-License-Identifier: Apache-2.0
// Which of the faces in a photograph is the sample, and what to do when there is none.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "models/crop.h"
#include "models/face.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Below this overlap a detection and a box hint are different faces, unless each holds the other's
/// centre (hints drawn by hand are often twice as large as a detector's box).
constexpr double kMinOverlapWithHint = 0.2;

/// Side of the fall-back box as a share of the photograph's shorter side: the median dlib HOG box
/// on LFW folds 1-5 (deep-funneled, 250 x 250) is 108 px wide and centred to within 4 % of the side.
constexpr double kCentreBoxShare = 0.43;

bool contains(const Box& box, const cv::Point2d& point) {
  return point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y &&
         point.y <= box.y + box.height;
}

bool is_same_face(const Box& detected, const Box& hint) {
  return intersection_over_union(detected, hint) >= kMinOverlapWithHint ||
         (contains(hint, detected.centre()) && contains(detected, hint.centre()));
}

cv::Point2d centre_of(const Image& photograph) {
  return {photograph.width() / 2.0, photograph.height() / 2.0};
}

Box centre_box(const Image& photograph) {
  const double side = kCentreBoxShare * std::min(photograph.width(), photograph.height());
  const cv::Point2d centre = centre_of(photograph);
  return {centre.x - side / 2, centre.y - side / 2, side, side};
}

/// The first (most confident) of the faces with the smallest cost. Requires: faces not empty.
template <typename Cost>
const Face& cheapest(const std::vector<Face>& faces, const Cost& cost) {
  return *std::min_element(faces.begin(), faces.end(),
                           [&](const Face& a, const Face& b) { return cost(a) < cost(b); });
}

const Face& largest(const std::vector<Face>& faces) {
  return cheapest(faces, [](const Face& face) { return -face.box.area(); });
}

const Face& nearest(const std::vector<Face>& faces, const cv::Point2d& point) {
  return cheapest(faces, [&](const Face& face) { return cv::norm(face.box.centre() - point); });
}

const Face& nearest(const std::vector<Face>& faces, const Box& hint) {
  return cheapest(faces, [&](const Face& face) {
    return std::pair(-intersection_over_union(face.box, hint),
                     cv::norm(face.box.centre() - hint.centre()));
  });
}

AcquiredFace failure(Status status, std::string reason) { return {status, std::move(reason), {}}; }

/// The midpoint of the eyes lies in the photograph and the eyes no farther apart than it is long.
/// Given landmarks may belong to another picture, or to another size of this one.
bool lies_in(const Image& photograph, const Landmarks& landmarks) {
  const cv::Point2f eyes = (landmarks.left_eye() + landmarks.right_eye()) / 2;
  const Box picture{0, 0, double(photograph.width()), double(photograph.height())};
  return contains(picture, eyes) && landmarks.inter_eye_px() <= std::max(picture.width, picture.height);
}

AcquiredFace acquired(const Face& face, const Image& photograph) {
  if (!usable(face.landmarks))
    return failure(Status::unusable_landmarks,
                   "the eyes coincide or lie over 4,000 px apart, or points are not finite");
  if (!lies_in(photograph, face.landmarks))
    return failure(Status::unusable_landmarks, "the eyes lie outside of the photograph");
  return {Status::ok, "", face};
}

/// Where the face is when the detector is sure of none and it has to be at `expected`.
Box best_guess(const Box& expected, const Image& photograph, const Detector& detector) {
  for (const Face& face : detector.doubtful(photograph))
    if (is_same_face(face.box, expected)) return face.box;
  return expected;
}

AcquiredFace none_found(std::string reason, const Sample& sample, const Image& photograph,
                        const Detector& detector, NoFace rule) {
  if (rule == NoFace::fail) return failure(Status::no_face, std::move(reason));
  Face face;
  face.box = best_guess(sample.box.value_or(centre_box(photograph)), photograph, detector);
  face.landmarks = detector.landmarks_in(photograph, face.box);
  face.fallback_box = true;
  return acquired(face, photograph);
}

Box bounding_box(const Landmarks& landmarks) {
  const auto [left, right] = std::minmax_element(landmarks.points.begin(), landmarks.points.end(),
                                                 [](auto a, auto b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(landmarks.points.begin(), landmarks.points.end(),
                                                 [](auto a, auto b) { return a.y < b.y; });
  return {left->x, top->y, double{right->x} - left->x, double{bottom->y} - top->y};
}

}  // namespace

std::string_view to_string(FaceChoice choice) {
  switch (choice) {
    case FaceChoice::largest:
      return "largest";
    case FaceChoice::central:
      return "central";
    case FaceChoice::nearest_to_hint:
      return "nearest_to_hint";
    case FaceChoice::refuse:
      return "refuse";
  }
  ROBENCH_ASSERT(false && "a face choice without a name");
  return {};
}

std::string_view to_string(NoFace rule) {
  switch (rule) {
    case NoFace::fail:
      return "fail";
    case NoFace::centre_box:
      return "centre_box";
  }
  ROBENCH_ASSERT(false && "a no-face rule without a name");
  return {};
}

AcquiredFace choose_face(const Sample& sample, const std::vector<Face>& faces, const Image& photograph,
                         const Detector& detector, const AcquisitionPolicy& policy) {
  if (faces.empty()) return none_found("no face found", sample, photograph, detector, policy.no_face);
  if (sample.box) {
    const Face& face = nearest(faces, *sample.box);
    if (is_same_face(face.box, *sample.box)) return acquired(face, photograph);
    return none_found("the nearest face does not overlap the box hint", sample, photograph, detector,
                      policy.no_face);
  }
  switch (policy.choice) {
    case FaceChoice::refuse:
      if (faces.size() > 1)
        return failure(Status::several_faces, fmt::format("{} faces found", faces.size()));
      return acquired(faces.front(), photograph);
    case FaceChoice::central:
      return acquired(nearest(faces, centre_of(photograph)), photograph);
    case FaceChoice::largest:
    case FaceChoice::nearest_to_hint:  // without a hint
      return acquired(largest(faces), photograph);
  }
  ROBENCH_ASSERT(false && "a face choice that is not handled");
  return {};
}

AcquiredFace acquire_face(const Sample& sample, const Image& photograph, const Detector& detector,
                          const AcquisitionPolicy& policy) {
  if (!sample.landmarks)
    return choose_face(sample, detector.detect(photograph), photograph, detector, policy);
  Face given;
  given.landmarks = *sample.landmarks;
  given.box = sample.box.value_or(bounding_box(given.landmarks));
  return acquired(given, photograph);
}

}  // namespace robench
