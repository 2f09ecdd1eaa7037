// SPDX-License-Identifier: Apache-2.0
// Amplitude-modulated halftone: four inks, each a lattice of dots that grow with the tone.
//
// Inks are ideal blocks (cyan absorbs all red and nothing else, ...) on white paper, so the linear light
// of a print is red = (1 - cyan)(1 - black), and so on, and screens at different angles overlap as if by
// chance (Demichel 1924). The mean over many dots is then exactly the tone that was asked for.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"
#include "perturb/image.h"

namespace robench {

/// One period of a screen for every tone, blurred: round dots up to 50 %, then round holes.
class ScreenTile {
 public:
  /// `blur`: standard deviation in screen periods of what blurs the dots; infinite = no dots are left.
  explicit ScreenTile(double blur);

  /// Ink in [0, 1] at a place in periods of the screen; its mean over a period is `tone`.
  [[nodiscard]] float ink(float tone, float a, float b) const;

 private:
  std::vector<float> tile_;  // tone x row x column
};

/// The screen of one ink: its two frequencies in periods per inter-eye distance, and its dots.
struct InkScreen {
  cv::Point2f first;
  cv::Point2f second;
  std::shared_ptr<const ScreenTile> tile;
};
using InkScreens = std::array<InkScreen, 4>;  // cyan, magenta, yellow, black

/// Angles of the four screens in degrees: 30 apart, and yellow, which shows least, between two others
/// (ISO 12647-2 for screens without a principal axis; black, which shows most, at 45).
constexpr std::array<double, 4> kScreenAngles = {15, 75, 0, 45};

/// What a pixel blurs, in pixels: its own width (0.29) and a sharp lens (0.28).
constexpr double kPixelBlur = 0.4;

/// The two frequencies, of length `per_unit`, of a square screen at an angle.
[[nodiscard]] std::array<cv::Point2d, 2> square_lattice(double angle_deg, double per_unit);

struct Press {
  double dot_gain;     // tone value increase at mid-tone: tone t prints as t + 4 dot_gain t (1 - t)
  double black_share;  // how much of the grey common to the three colours is printed in black
};

/// The picture printed through the screens. With tiles without dots and no dot gain: exactly the
/// picture.
[[nodiscard]] Image printed(const Image& image, const FaceAxes& axes, const InkScreens& screens,
                            const Press& press);

}  // namespace robench
