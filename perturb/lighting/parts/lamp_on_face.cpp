// SPDX-License-Identifier: Apache-2.0
#include "perturb/lighting/parts/lamp_on_face.h"

#include <algorithm>
#include <cmath>

#include "perturb/smooth_step.h"

namespace robench {
namespace {

// The grid, in face units: head and surroundings as far as the shape's normals change.
constexpr float kCell = 0.05F;
constexpr float kLeft = -2.6F;
constexpr float kTop = -2.4F;
constexpr int kColumns = 105;
constexpr int kRows = 113;

// Fitted on ten subjects of the Extended Yale Face Database B, see docs/realism_of_light.md.
constexpr float kTerminatorSoftness = 0.08F;  // cosines; rounds off that the shape is nobody's
constexpr float kPenumbra = 0.08F;            // half-width of a shadow's edge, over its length
// The picture's own shading, as by a lamp at the camera, is divided out down to this cosine; less so
// where the head ends, since the background has no such shading.
constexpr float kLeastOwnLight = 0.3F;
constexpr float kLeastOwnLightBehind = 0.75F;
constexpr float kOutlineHeight = 0.5F;  // of the head's surface where its end begins
// Skin sends more light onward than back (gloss at grazing angles, roughness): over Lambert's law, this
// share more from a lamp at 90 degrees to the camera.
constexpr float kOnward = 0.45F;

// Max(0, cosine), rounded.
float lit(float cosine) {
  return 0.5F * (cosine + std::sqrt(cosine * cosine + kTerminatorSoftness * kTerminatorSoftness));
}

float least_own_light(float height) {
  const float behind = 1.0F - smooth_step(height / kOutlineHeight);
  return kLeastOwnLight + behind * (kLeastOwnLightBehind - kLeastOwnLight);
}

FaceLine grid_line(int row) { return {{kLeft, kTop + kCell * static_cast<float>(row)}, {kCell, 0.0F}}; }

// Marches from places of the height field towards the lamp.
class ShadowRays {
 public:
  ShadowRays(const FaceShape& shape, const cv::Point3f& to_lamp) : height_(kRows, kColumns) {
    std::vector<float> line(kColumns);
    for (int row = 0; row < kRows; ++row) {
      shape.height_along(grid_line(row), line);
      std::copy(line.begin(), line.end(), height_[row]);
      top_ = std::max(top_, *std::max_element(line.begin(), line.end()));
    }
    const float across = std::hypot(to_lamp.x, to_lamp.y);
    along_u_ = std::abs(to_lamp.x) >= std::abs(to_lamp.y);
    const float major = along_u_ ? to_lamp.x : to_lamp.y;
    if (across < 1e-3F) return;  // from the camera: no shadow can be seen
    casts_ = true;
    major_step_ = major > 0 ? 1 : -1;
    minor_step_ = (along_u_ ? to_lamp.y : to_lamp.x) / std::abs(major);
    length_ = kCell * across / std::abs(major);
    rise_ = to_lamp.z / across * length_;
  }

  [[nodiscard]] float height(int row, int column) const { return height_(row, column); }

  // 0 in full shadow, 1 in full light. Where the surface turns away from the lamp (`cosine`) there is no
  // light to lose.
  [[nodiscard]] float passed(int row, int column, float cosine) const {
    if (!casts_ || height_(row, column) <= 0 || cosine < -3 * kTerminatorSoftness) return 1.0F;
    float clearance = kPenumbra;
    float ray = height_(row, column) + rise_;
    int major = (along_u_ ? column : row) + major_step_;
    float minor = static_cast<float>(along_u_ ? row : column) + minor_step_;
    const int majors = along_u_ ? kColumns : kRows;
    const float minors = static_cast<float>((along_u_ ? kRows : kColumns) - 1);
    for (float distance = 2 * length_;; distance += length_) {
      ray += rise_;
      major += major_step_;
      minor += minor_step_;
      if (ray > top_ || ray < 0) break;
      if (major < 0 || major >= majors || minor < 0 || minor >= minors) break;
      clearance = std::min(clearance, (ray - height_at(major, minor)) / distance);
      if (clearance < -kPenumbra) return 0.0F;
    }
    return smooth_step(0.5F + clearance / (2 * kPenumbra));
  }

 private:
  [[nodiscard]] float height_at(int major, float minor) const {
    const int whole = static_cast<int>(minor);
    const float part = minor - static_cast<float>(whole);
    const float a = along_u_ ? height_(whole, major) : height_(major, whole);
    const float b = along_u_ ? height_(whole + 1, major) : height_(major, whole + 1);
    return a + part * (b - a);
  }

  cv::Mat1f height_;
  float top_ = 0;
  bool casts_ = false;
  bool along_u_ = false;
  int major_step_ = 0;
  float minor_step_ = 0;
  float length_ = 0;  // face units across the picture for each step
  float rise_ = 0;
};

}  // namespace

LampOnFace::LampOnFace(const FaceShape& shape, const cv::Point3f& to_lamp) : light_(kRows, kColumns) {
  const ShadowRays rays(shape, to_lamp);
  const float onward = 1.0F + kOnward * (1.0F - to_lamp.z);
  float sum = 0;
  float squares = 0;
  SurfaceRow surface(kColumns);
  for (int row = 0; row < kRows; ++row) {
    shape.surface_along(grid_line(row), surface);
    for (int column = 0; column < kColumns; ++column) {
      const auto i = static_cast<std::size_t>(column);
      const float cosine =
          surface.nx[i] * to_lamp.x + surface.ny[i] * to_lamp.y + surface.nz[i] * to_lamp.z;
      const float own = std::max(lit(surface.nz[i]), least_own_light(rays.height(row, column)));
      const float light = onward * lit(cosine) * rays.passed(row, column, cosine);
      light_(row, column) = light / own;
      if (rays.height(row, column) <= 0) continue;
      sum += light;
      squares += light * light;
    }
  }
  lit_skin_ = squares / std::max(sum, 1e-6F);
}

void LampOnFace::light_along(const FaceLine& line, std::vector<float>& light) const {
  constexpr float kLastColumn = kColumns - 1.001F;
  constexpr float kLastRow = kRows - 1.001F;
  for (std::size_t i = 0; i < light.size(); ++i) {
    const float column = std::clamp((line.u(i) - kLeft) * (1.0F / kCell), 0.0F, kLastColumn);
    const float row = std::clamp((line.v(i) - kTop) * (1.0F / kCell), 0.0F, kLastRow);
    const int c = static_cast<int>(column);
    const int r = static_cast<int>(row);
    const float x = column - static_cast<float>(c);
    const float y = row - static_cast<float>(r);
    const float* upper = light_[r] + c;
    const float* lower = light_[r + 1] + c;
    const float above = upper[0] + x * (upper[1] - upper[0]);
    const float below = lower[0] + x * (lower[1] - lower[0]);
    light[i] = above + y * (below - above);
  }
}

}  // namespace robench
