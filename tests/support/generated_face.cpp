// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_face.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/support/generated_portrait.h"

namespace robench {

GeneratedFace render_face(const FaceRecipe& recipe) {
  const cv::Point2d eyes(0.5 * recipe.size_px, 0.46 * recipe.size_px);
  GeneratedPhotograph photograph =
      render_photograph({{recipe, eyes}}, {recipe.size_px, recipe.size_px}, recipe.backdrop);
  return {std::move(photograph.image), photograph.landmarks.front()};
}

GeneratedPhotograph render_photograph(const std::vector<PlacedFace>& faces, cv::Size size,
                                      Backdrop backdrop) {
  generated::Canvas canvas = generated::paint_backdrop(size, backdrop);
  std::vector<Landmarks> landmarks;
  for (const PlacedFace& face : faces) landmarks.push_back(generated::paint_person(canvas, face));
  return {generated::develop(canvas), std::move(landmarks)};
}

GeneratedPhotograph render_group(const std::vector<FaceRecipe>& people, Backdrop backdrop) {
  double unit = 1.0;
  for (const FaceRecipe& recipe : people) unit = std::max(unit, recipe.inter_eye_px);
  const double spacing = 4.4 * unit;  // shoulders touch, heads do not
  const double height = 5.2 * unit;
  std::vector<PlacedFace> faces;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const double stagger = i % 2 == 0 ? 0.44 : 0.48;
    faces.push_back({people[i], {(static_cast<double>(i) + 0.5) * spacing, stagger * height}});
  }
  const int width = std::max(1, cvCeil(static_cast<double>(people.size()) * spacing));
  return render_photograph(faces, {width, cvCeil(height)}, backdrop);
}

}  // namespace robench
