// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "models/head_pose.h"

namespace robench {
namespace {

constexpr double kDegreesOfFeature = 180.0 / std::numbers::pi;

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
  return std::atan2(std::abs(to_a.cross(to_b)), to_a.dot(to_b)) * kDegreesOfFeature;
}

double face_width(const UprightFace& face) { return distance(face, 0, 16); }
double face_height(const UprightFace& face) { return distance(face, 27, 8); }
double mouth_width(const UprightFace& face) { return distance(face, 48, 54); }
double jaw_width(const UprightFace& face) { return distance(face, 4, 12); }
double distance_to_mouth(const UprightFace& face, int point) {
  return length(face.points[point] - (face.points[48] + face.points[54]) / 2);
}
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
  return (std::atan2(-left.y, left.x) + std::atan2(right.y, right.x)) / 2 * kDegreesOfFeature;
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

double mean_y(const UprightFace& face, int a, int b) {
  return (face.points[a].y + face.points[b].y) / 2;
}

/// Mean of both eyes; positive when the outer corners lie higher than the inner ones.
double eye_slant_deg(const UprightFace& face) {
  const cv::Point2d left = face.points[39] - face.points[36];   // outer to inner, towards the right
  const cv::Point2d right = face.points[45] - face.points[42];  // inner to outer, towards the right
  return (std::atan2(left.y, left.x) + std::atan2(-right.y, right.x)) / 2 * kDegreesOfFeature;
}

double yaw_deg(const UprightFace& face) {
  return yaw_of_nose(face.points[0].x, face.points[30].x, face.points[16].x);
}

double pitch_deg(const UprightFace& face) {
  return pitch_of_nose(face.points[30].y, mean_y(face, 48, 54));
}

using Face = const UprightFace&;
using Mean = const MeanShape&;

// Lengths of an UprightFace are in inter-eye distances, so "over interpupillary" needs no division.
// The plausible ranges hold the central 99 % of 3,790 faces of Labeled Faces in the Wild (folds 1-5,
// dlib's landmarks), rounded outwards; the typical error is the median over the same faces.
constexpr GeometryFeature kFeatures[] = {
    {"interpupillary_over_face_width", "ied / d(0,16)",
     "how far apart the eyes are, for the width of the face", "ratio", 0.33, 0.5, 0.0035,
     FeatureKind::shape, [](Face f, Mean) { return 1 / face_width(f); }},
    {"interpupillary_over_face_height", "ied / d(27,8)",
     "how far apart the eyes are, for the height of the face", "ratio", 0.37, 0.63, 0.0047,
     FeatureKind::shape, [](Face f, Mean) { return 1 / face_height(f); }},
    {"face_width_over_face_height", "d(0,16) / d(27,8)", "wide or long face", "ratio", 0.96, 1.46, 0.011,
     FeatureKind::shape, [](Face f, Mean) { return face_width(f) / face_height(f); }},
    {"face_width_over_upper_height", "d(1,15) / height from the mean of 21 and 22 to 51",
     "facial width-to-height ratio: cheek bones over brow to upper lip", "ratio", 1.47, 2.41, 0.021,
     FeatureKind::shape,
     [](Face f, Mean) { return distance(f, 1, 15) / (f.points[51].y - mean_y(f, 21, 22)); }},
    {"cheek_width_over_face_width", "d(2,14) / d(0,16)", "full or hollow cheeks", "ratio", 0.9, 1.03,
     0.0083, FeatureKind::shape, [](Face f, Mean) { return distance(f, 2, 14) / face_width(f); }},
    {"jaw_width_over_face_width", "d(4,12) / d(0,16)",
     "square or tapering jaw, at the level of the mouth", "ratio", 0.74, 0.91, 0.0078,
     FeatureKind::shape, [](Face f, Mean) { return jaw_width(f) / face_width(f); }},
    {"chin_width_over_jaw_width", "d(6,10) / d(4,12)", "broad or narrow chin", "ratio", 0.51, 0.65,
     0.0083, FeatureKind::shape, [](Face f, Mean) { return distance(f, 6, 10) / jaw_width(f); }},
    {"jaw_angle", "mean of angle(2,4,6) and angle(14,12,10)",
     "rounded (small) or straight (large) jaw line", "deg", 137, 168, 1.6, FeatureKind::shape,
     [](Face f, Mean) { return (angle_deg(f, 2, 4, 6) + angle_deg(f, 14, 12, 10)) / 2; }},
    {"chin_angle", "angle(5,8,11)", "pointed (small) or broad (large) chin", "deg", 99, 159, 1.4,
     FeatureKind::shape, [](Face f, Mean) { return angle_deg(f, 5, 8, 11); }},
    {"chin_height_over_face_height", "d(57,8) / d(27,8)", "high or low chin below the lips", "ratio",
     0.19, 0.43, 0.0064, FeatureKind::shape,
     [](Face f, Mean) { return distance(f, 57, 8) / face_height(f); }},
    {"lower_face_share", "d(mean of 48 and 54, 8) / d(27,8)", "share of the face below the mouth",
     "ratio", 0.32, 0.55, 0.0051, FeatureKind::shape,
     [](Face f, Mean) { return distance_to_mouth(f, 8) / face_height(f); }},
    {"eye_width_over_interpupillary", "(d(36,39) + d(42,45)) / (2 ied)", "long or short eyes", "ratio",
     0.33, 0.46, 0.01, FeatureKind::shape,
     [](Face f, Mean) { return (distance(f, 36, 39) + distance(f, 42, 45)) / 2; }},
    {"eye_opening", "mean over the eyes of (d(37,41) + d(38,40)) / (2 d(36,39))",
     "narrow or wide open eyes (also blinking)", "ratio", 0.09, 0.46, 0.02, FeatureKind::shape,
     [](Face f, Mean) { return (eye_opening(f, 36) + eye_opening(f, 42)) / 2; }},
    {"eye_slant", "mean over the eyes of the angle of 36-39 and 45-42 against the line of the eyes",
     "outer corners higher (positive) or lower", "deg", -7, 11, 1.5, FeatureKind::shape,
     [](Face f, Mean) { return eye_slant_deg(f); }},
    {"inner_canthal_over_interpupillary", "d(39,42) / ied", "distance of the inner eye corners", "ratio",
     0.53, 0.67, 0.013, FeatureKind::shape, [](Face f, Mean) { return distance(f, 39, 42); }},
    {"outer_canthal_over_face_width", "d(36,45) / d(0,16)",
     "distance of the outer eye corners, for the width of the face", "ratio", 0.46, 0.68, 0.0069,
     FeatureKind::shape, [](Face f, Mean) { return distance(f, 36, 45) / face_width(f); }},
    {"brow_length_over_interpupillary", "(d(17,21) + d(22,26)) / (2 ied)", "long or short brows",
     "ratio", 0.62, 0.9, 0.011, FeatureKind::shape,
     [](Face f, Mean) { return (distance(f, 17, 21) + distance(f, 22, 26)) / 2; }},
    {"brow_spacing_over_interpupillary", "d(21,22) / ied", "distance of the inner ends of the brows",
     "ratio", 0.18, 0.57, 0.014, FeatureKind::shape, [](Face f, Mean) { return distance(f, 21, 22); }},
    {"brow_height_over_interpupillary", "mean height of 17-26 above the line of the eye centres / ied",
     "high or low brows", "ratio", 0.15, 0.47, 0.0046, FeatureKind::shape,
     [](Face f, Mean) { return -(mean_point(f, 17, 21).y + mean_point(f, 22, 26).y) / 2; }},
    {"brow_slope", "mean over the brows of the angle of 17-21 and 26-22 against the line of the eyes",
     "inner (positive) or outer (negative) ends of the brows higher", "deg", -13, 25, 0.78,
     FeatureKind::shape, [](Face f, Mean) { return brow_slope_deg(f); }},
    {"nose_length_over_face_height", "d(27,33) / d(27,8)", "long or short nose", "ratio", 0.31, 0.51,
     0.0062, FeatureKind::shape, [](Face f, Mean) { return nose_length(f) / face_height(f); }},
    {"nose_bridge_over_nose_length", "d(27,30) / d(27,33)",
     "long or short bridge, for the length of the nose", "ratio", 0.49, 0.87, 0.016, FeatureKind::shape,
     [](Face f, Mean) { return distance(f, 27, 30) / nose_length(f); }},
    {"nose_width_over_interpupillary", "d(31,35) / ied", "broad or narrow nose, for the eyes", "ratio",
     0.33, 0.65, 0.014, FeatureKind::shape, [](Face f, Mean) { return nose_width(f); }},
    {"nose_width_over_nose_length", "d(31,35) / d(27,33)", "broad or narrow nose, for its length",
     "ratio", 0.42, 0.82, 0.02, FeatureKind::shape,
     [](Face f, Mean) { return nose_width(f) / nose_length(f); }},
    {"nose_width_over_mouth_width", "d(31,35) / d(48,54)", "broad or narrow nose, for the mouth",
     "ratio", 0.36, 0.73, 0.018, FeatureKind::shape,
     [](Face f, Mean) { return nose_width(f) / mouth_width(f); }},
    {"mouth_width_over_interpupillary", "d(48,54) / ied", "broad or narrow mouth (also smiling)",
     "ratio", 0.63, 1.25, 0.015, FeatureKind::shape, [](Face f, Mean) { return mouth_width(f); }},
    {"lip_thickness_over_mouth_width", "(d(51,62) + d(66,57)) / d(48,54)", "full or thin lips", "ratio",
     0.11, 0.5, 0.023, FeatureKind::shape,
     [](Face f, Mean) { return (distance(f, 51, 62) + distance(f, 66, 57)) / mouth_width(f); }},
    {"upper_lip_share", "d(51,62) / (d(51,62) + d(66,57))", "full upper (large) or lower (small) lip",
     "ratio", 0.2, 0.52, 0.047, FeatureKind::shape,
     [](Face f, Mean) { return distance(f, 51, 62) / (distance(f, 51, 62) + distance(f, 66, 57)); }},
    {"philtrum_length_over_face_height", "d(33,51) / d(27,8)", "long or short upper lip", "ratio", 0.04,
     0.19, 0.0072, FeatureKind::shape,
     [](Face f, Mean) { return distance(f, 33, 51) / face_height(f); }},
    {"eye_opening_difference", "difference of the eyes' (d(37,41) + d(38,40)) / (2 d(36,39)), unsigned",
     "one eye opened wider", "ratio", 0, 0.15, 0.031, FeatureKind::shape,
     [](Face f, Mean) { return std::abs(eye_opening(f, 36) - eye_opening(f, 42)); }},
    {"brow_height_difference", "difference of the mean heights of 17-21 and 22-26, unsigned / ied",
     "one brow higher", "ratio", 0, 0.07, 0.0091, FeatureKind::shape,
     [](Face f, Mean) { return std::abs(mean_point(f, 17, 21).y - mean_point(f, 22, 26).y); }},
    {"mouth_height_difference", "difference of the heights of 48 and 54, unsigned / ied",
     "one corner of the mouth higher", "ratio", 0, 0.11, 0.014, FeatureKind::shape,
     [](Face f, Mean) { return std::abs(f.points[48].y - f.points[54].y); }},
    {"jaw_height_difference", "difference of the heights of 4 and 12, unsigned / ied",
     "one side of the jaw higher", "ratio", 0, 0.56, 0.018, FeatureKind::pose,
     [](Face f, Mean) { return std::abs(f.points[4].y - f.points[12].y); }},
    {"distance_to_average",
     "full Procrustes distance of all points to the mean shape of the data, one face a subject",
     "averageness: 0 = the average face (also of the average pose)", "1", 0.04, 0.32, 0.0013,
     FeatureKind::shape, [](Face f, Mean mean) { return mean.distance(f); }},
    {"mouth_opening", "d(62,66) / ied", "open mouth", "ratio", 0, 0.59, 0.014, FeatureKind::expression,
     [](Face f, Mean) { return distance(f, 62, 66); }},
    {"mouth_corner_lift", "height of the mean of 48 and 54 above the mean of 62 and 66 / ied",
     "smiling (positive)", "ratio", -0.14, 0.25, 0.01, FeatureKind::expression,
     [](Face f, Mean) { return mean_y(f, 62, 66) - mean_y(f, 48, 54); }},
    {"facial_asymmetry", "mean distance of each point to the mirror image of its partner / ied",
     "0 = the halves mirror each other; a turned head counts as asymmetry too", "ratio", 0.02, 0.53,
     0.0054, FeatureKind::pose, [](Face f, Mean) { return asymmetry(f); }},
    {"nose_tip_offset", "x of 30 from the midline of the eyes / ied",
     "turn of the head: positive = nose towards the image's right", "ratio", -0.47, 0.52, 0.011,
     FeatureKind::pose, [](Face f, Mean) { return f.points[30].x; }},
    {"yaw", "asin of (2 x30 - x0 - x16) / (x16 - x0)",
     "turn of the head as of a half-cylinder: positive = towards the image's right", "deg", -53, 57,
     0.65, FeatureKind::pose, [](Face f, Mean) { return yaw_deg(f); }},
    {"pitch", "atan of (0.5 y of the mean of 48 and 54 - y30) / 0.5 ied",
     "nod of the head: positive = looking up; 0 = the median face, nose depth assumed", "deg", -34, 37,
     1.2, FeatureKind::pose, [](Face f, Mean) { return pitch_deg(f); }},
    {"roll", "angle of the line of the eyes in the picture",
     "tilt of the head: positive = image-right eye lower", "deg", -13, 11, 0.33, FeatureKind::pose,
     [](Face f, Mean) { return f.roll_deg; }},
    {"interpupillary_px", "ied in pixels of the photograph", "size of the face in the picture", "px", 29,
     56, 0.24, FeatureKind::capture, [](Face f, Mean) { return f.inter_eye_px; }},
};

}  // namespace

std::string_view to_string(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::shape:
      return "shape";
    case FeatureKind::expression:
      return "expression";
    case FeatureKind::pose:
      return "pose";
    case FeatureKind::capture:
      return "capture";
  }
  return "";
}

std::span<const GeometryFeature> geometry_features() { return kFeatures; }

bool has_shape(const UprightFace& face) {
  return measure_geometry(face, MeanShape({&face, 1})).allFinite();
}

Eigen::VectorXd measure_geometry(const UprightFace& face, const MeanShape& mean) {
  Eigen::VectorXd values(std::ssize(kFeatures));
  std::transform(std::begin(kFeatures), std::end(kFeatures), values.begin(),
                 [&](const GeometryFeature& feature) { return feature.measure(face, mean); });
  return values;
}

std::optional<Eigen::VectorXd> measure_geometry(const Landmarks& landmarks, const MeanShape& mean) {
  const std::optional<UprightFace> face = upright_face(landmarks);
  if (!face) return std::nullopt;
  Eigen::VectorXd values = measure_geometry(*face, mean);
  if (!values.allFinite()) return std::nullopt;
  return values;
}

std::optional<Eigen::VectorXd> landmark_uncertainty(const Landmarks& landmarks, const MeanShape& mean) {
  if (!measure_geometry(landmarks, mean)) return std::nullopt;
  FacePoints points = face_points(landmarks);
  // A step of the size of the error itself: unsigned differences have no gradient at 0, and what they
  // do over the length of an error is what counts.
  const double step = kLandmarkError * upright_face(points)->inter_eye_px;
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(std::ssize(kFeatures));
  for (cv::Point2d& point : points) {
    for (double* coordinate : {&point.x, &point.y}) {
      const double kept = *coordinate;
      *coordinate = kept + step;
      const std::optional<UprightFace> above = upright_face(points);
      *coordinate = kept - step;
      const std::optional<UprightFace> below = upright_face(points);
      *coordinate = kept;
      if (!above || !below) return std::nullopt;
      squares += ((measure_geometry(*above, mean) - measure_geometry(*below, mean)) / 2).cwiseAbs2();
    }
  }
  if (!squares.allFinite()) return std::nullopt;
  return squares.cwiseSqrt();
}

}  // namespace robench
