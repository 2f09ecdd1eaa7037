// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace robench {
namespace {

constexpr double kDegrees = 180.0 / std::numbers::pi;

double length(const cv::Point2d& vector) { return std::hypot(vector.x, vector.y); }

double distance(const UprightFace& face, int a, int b) {
  return length(face.points[a] - face.points[b]);
}

cv::Point2d mean_point(const UprightFace& face, int first, int last) {
  cv::Point2d sum;
  for (int i = first; i <= last; ++i) sum += face.points[i];
  return sum / double(last - first + 1);
}

/// Angle at `vertex` between the directions to a and b, 0..180.
double angle_deg(const UprightFace& face, int a, int vertex, int b) {
  const cv::Point2d to_a = face.points[a] - face.points[vertex];
  const cv::Point2d to_b = face.points[b] - face.points[vertex];
  return std::atan2(std::abs(to_a.cross(to_b)), to_a.dot(to_b)) * kDegrees;
}

double face_width(const UprightFace& face) { return distance(face, 0, 16); }
double face_height(const UprightFace& face) { return distance(face, 27, 8); }
double mouth_width(const UprightFace& face) { return distance(face, 48, 54); }
double nose_length(const UprightFace& face) { return distance(face, 27, 33); }
double nose_width(const UprightFace& face) { return distance(face, 31, 35); }

/// Height over width of one eye, corners at `first` and `first + 3`; the "eye aspect ratio" of
/// Soukupova and Cech, "Real-time eye blink detection using facial landmarks" (2016).
double eye_opening(const UprightFace& face, int first) {
  const double lids = distance(face, first + 1, first + 5) + distance(face, first + 2, first + 4);
  return lids / (2 * distance(face, first, first + 3));
}

/// Mean of both brows; positive when the inner ends lie higher than the outer ends.
double brow_slope_deg(const UprightFace& face) {
  const cv::Point2d left = face.points[21] - face.points[17];   // outer to inner, towards the right
  const cv::Point2d right = face.points[26] - face.points[22];  // inner to outer, towards the right
  return (std::atan2(-left.y, left.x) + std::atan2(right.y, right.x)) / 2 * kDegrees;
}

/// The point that mirrors `index` on the other half of the face; points of the midline mirror to
/// themselves.
int mirrored_index(int index) {
  struct Run {
    int first;
    int sum;  // index and mirrored index of every point of the run add up to this
  };
  static constexpr Run kRuns[] = {{0, 16},  {17, 43},  {27, 54},  {28, 56},  {29, 58},
                                  {30, 60}, {31, 66},  {36, 81},  {40, 87},  {42, 81},
                                  {46, 87}, {48, 102}, {55, 114}, {60, 124}, {65, 132}};
  const auto next = std::upper_bound(std::begin(kRuns), std::end(kRuns), index,
                                     [](int value, const Run& run) { return value < run.first; });
  return std::prev(next)->sum - index;
}

double asymmetry(const UprightFace& face) {
  double sum = 0;
  for (int i = 0; i < Landmarks::kCount; ++i) {
    const cv::Point2d& mirror = face.points[mirrored_index(i)];
    sum += length(face.points[i] - cv::Point2d(-mirror.x, mirror.y));
  }
  return sum / Landmarks::kCount;
}

using Face = const UprightFace&;

// Lengths of an UprightFace are in inter-eye distances, so "over interpupillary" needs no division.
// The plausible ranges hold the central 99 % of 3,790 faces of Labeled Faces in the Wild (folds 1-5,
// dlib's landmarks), rounded outwards.
constexpr GeometryFeature kFeatures[] = {
    {"interpupillary_over_face_width", "ied / d(0,16)",
     "how far apart the eyes are, for the width of the face", "ratio", 0.34, 0.5, false,
     [](Face f) { return 1 / face_width(f); }},
    {"interpupillary_over_face_height", "ied / d(27,8)",
     "how far apart the eyes are, for the height of the face", "ratio", 0.37, 0.63, false,
     [](Face f) { return 1 / face_height(f); }},
    {"face_width_over_face_height", "d(0,16) / d(27,8)", "wide or long face", "ratio", 0.96, 1.46, false,
     [](Face f) { return face_width(f) / face_height(f); }},
    {"jaw_width_over_face_width", "d(4,12) / d(0,16)", "square or tapering jaw", "ratio", 0.74, 0.92,
     false, [](Face f) { return distance(f, 4, 12) / face_width(f); }},
    {"chin_angle", "angle(5,8,11)", "pointed (small) or broad (large) chin", "deg", 99, 158, false,
     [](Face f) { return angle_deg(f, 5, 8, 11); }},
    {"eye_width_over_interpupillary", "(d(36,39) + d(42,45)) / (2 ied)", "long or short eyes", "ratio",
     0.33, 0.45, false, [](Face f) { return (distance(f, 36, 39) + distance(f, 42, 45)) / 2; }},
    {"eye_opening", "mean over the eyes of (d(37,41) + d(38,40)) / (2 d(36,39))",
     "narrow or wide open eyes (also blinking)", "ratio", 0.1, 0.47, false,
     [](Face f) { return (eye_opening(f, 36) + eye_opening(f, 42)) / 2; }},
    {"inner_canthal_over_interpupillary", "d(39,42) / ied", "distance of the inner eye corners", "ratio",
     0.54, 0.67, false, [](Face f) { return distance(f, 39, 42); }},
    {"nose_length_over_face_height", "d(27,33) / d(27,8)", "long or short nose", "ratio", 0.31, 0.51,
     false, [](Face f) { return nose_length(f) / face_height(f); }},
    {"nose_width_over_interpupillary", "d(31,35) / ied", "broad or narrow nose, for the eyes", "ratio",
     0.33, 0.65, false, [](Face f) { return nose_width(f); }},
    {"nose_width_over_nose_length", "d(31,35) / d(27,33)", "broad or narrow nose, for its length",
     "ratio", 0.42, 0.83, false, [](Face f) { return nose_width(f) / nose_length(f); }},
    {"mouth_width_over_interpupillary", "d(48,54) / ied", "broad or narrow mouth (also smiling)",
     "ratio", 0.63, 1.24, false, [](Face f) { return mouth_width(f); }},
    {"lip_thickness_over_mouth_width", "(d(51,62) + d(66,57)) / d(48,54)", "full or thin lips", "ratio",
     0.11, 0.49, false,
     [](Face f) { return (distance(f, 51, 62) + distance(f, 66, 57)) / mouth_width(f); }},
    {"brow_height_over_interpupillary", "mean height of 17-26 above the line of the eye centres / ied",
     "high or low brows", "ratio", 0.17, 0.48, false,
     [](Face f) { return -(mean_point(f, 17, 21).y + mean_point(f, 22, 26).y) / 2; }},
    {"brow_slope", "mean over the brows of the angle of 17-21 and 26-22 against the line of the eyes",
     "inner (positive) or outer (negative) ends of the brows higher", "deg", -13, 24, false,
     brow_slope_deg},
    {"philtrum_length_over_face_height", "d(33,51) / d(27,8)", "long or short upper lip", "ratio", 0.05,
     0.19, false, [](Face f) { return distance(f, 33, 51) / face_height(f); }},
    {"lower_face_share", "d(mean of 48 and 54, 8) / d(27,8)", "share of the face below the mouth",
     "ratio", 0.33, 0.55, false,
     [](Face f) {
       const cv::Point2d mouth = (f.points[48] + f.points[54]) / 2;
       return length(f.points[8] - mouth) / face_height(f);
     }},
    {"facial_asymmetry", "mean distance of each point to the mirror image of its partner / ied",
     "0 = the halves mirror each other; a turned head counts as asymmetry too", "ratio", 0.02, 0.54,
     true, asymmetry},
    {"nose_tip_offset", "x of 30 from the midline of the eyes / ied",
     "turn of the head: positive = nose towards the image's right", "ratio", -0.5, 0.5, true,
     [](Face f) { return f.points[30].x; }},
};

}  // namespace

std::optional<UprightFace> upright_face(const Landmarks& landmarks) {
  // In double from the start: the eye centres of Landmarks are rounded to float.
  UprightFace face;
  std::transform(landmarks.points.begin(), landmarks.points.end(), face.points.begin(),
                 [](const cv::Point2f& point) { return cv::Point2d(point); });
  const cv::Point2d left = mean_point(face, 36, 41);
  const cv::Point2d right = mean_point(face, 42, 47);
  const cv::Point2d axis = right - left;
  const double squared = axis.dot(axis);
  if (!std::isfinite(squared) || squared <= 0) return std::nullopt;
  const cv::Point2d origin = (left + right) / 2;
  for (cv::Point2d& point : face.points) {
    const cv::Point2d offset = point - origin;
    point = {offset.dot(axis) / squared, axis.cross(offset) / squared};
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) return std::nullopt;
  }
  return face;
}

std::span<const GeometryFeature> geometry_features() { return kFeatures; }

std::optional<Eigen::VectorXd> measure_geometry(const Landmarks& landmarks) {
  const std::optional<UprightFace> face = upright_face(landmarks);
  if (!face) return std::nullopt;
  Eigen::VectorXd values(std::ssize(kFeatures));
  std::transform(std::begin(kFeatures), std::end(kFeatures), values.begin(),
                 [&](const GeometryFeature& feature) { return feature.measure(*face); });
  if (!values.allFinite()) return std::nullopt;
  return values;
}

}  // namespace robench
