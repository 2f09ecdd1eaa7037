// SPDX-License-Identifier: Apache-2.0
#include "metrics/upright_face.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kDegrees = 180.0 / std::numbers::pi;

cv::Point2d mean_point(const FacePoints& points, int first, int last) {
  cv::Point2d sum;
  for (int i = first; i <= last; ++i) sum += points[i];
  return sum / double(last - first + 1);
}

/// The points as complex numbers, of centroid 0 and size 1.
Eigen::VectorXcd preshape(const UprightFace& face) {
  Eigen::VectorXcd shape(Landmarks::kCount);
  for (int i = 0; i < Landmarks::kCount; ++i) shape[i] = {face.points[i].x, face.points[i].y};
  shape.array() -= shape.mean();
  return shape.normalized();
}

}  // namespace

FacePoints face_points(const Landmarks& landmarks) {
  // In double from the start: the eye centres of Landmarks are rounded to float.
  FacePoints points{};
  std::copy(landmarks.points.begin(), landmarks.points.end(), points.begin());
  return points;
}

std::optional<UprightFace> upright_face(const Landmarks& landmarks) {
  return upright_face(face_points(landmarks));
}

std::optional<UprightFace> upright_face(const FacePoints& points) {
  UprightFace face{.points = points};
  const cv::Point2d left = mean_point(points, 36, 41);
  const cv::Point2d right = mean_point(points, 42, 47);
  const cv::Point2d axis = right - left;
  const double squared = axis.dot(axis);
  if (!std::isfinite(squared) || squared <= 0) return std::nullopt;
  const cv::Point2d origin = (left + right) / 2;
  face.roll_deg = std::atan2(axis.y, axis.x) * kDegrees;
  face.inter_eye_px = std::sqrt(squared);
  for (cv::Point2d& point : face.points) {
    const cv::Point2d offset = point - origin;
    point = {offset.dot(axis) / squared, axis.cross(offset) / squared};
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) return std::nullopt;
  }
  return face;
}

MeanShape::MeanShape(std::span<const UprightFace> faces) {
  ROBENCH_ASSERT(!faces.empty());
  if (faces.size() == 1) {
    mean_ = preshape(faces.front());
    return;
  }
  Eigen::MatrixXcd scatter = Eigen::MatrixXcd::Zero(Landmarks::kCount, Landmarks::kCount);
  for (const UprightFace& face : faces) {
    const Eigen::VectorXcd shape = preshape(face);
    scatter.noalias() += shape * shape.adjoint();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(scatter);
  ROBENCH_ASSERT(solver.info() == Eigen::Success);
  mean_ = solver.eigenvectors().rightCols(1);
}

double MeanShape::distance(const UprightFace& face) const {
  // The sine of the angle, as the part across the mean: 1 - cosine^2 would lose small distances.
  const Eigen::VectorXcd shape = preshape(face);
  return (shape - mean_ * mean_.dot(shape)).norm();
}

}  // namespace robench
