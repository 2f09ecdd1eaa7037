// SPDX-License-Identifier: Apache-2.0
// Landmarks made up for the geometry tests: round numbers, so that every feature is a sum in the head.
#pragma once

#include <utility>

#include "perturb/landmarks.h"
#include "perturb/random_stream.h"

namespace robench {

/// A symmetric face about x = 200 px: eye centres at (150, 150) and (250, 150), face 200 px wide
/// (0 to 16) and 180 px high (27 to 8).
inline Landmarks drawn_face() {
  Landmarks face;
  // Index, x, y of the image-left half; the right half mirrors it.
  struct Pair {
    int left, right;
    float x, y;
  };
  static constexpr Pair kPairs[] = {
      {0, 16, 100, 150},    {1, 15, 102, 175},  {2, 14, 106, 200},    {3, 13, 112, 225},
      {4, 12, 120, 250},    {5, 11, 160, 290},  {6, 10, 173, 303},    {7, 9, 186, 316},
      {8, 8, 200, 330},     {17, 26, 120, 140}, {18, 25, 135, 132.5}, {19, 24, 150, 125},
      {20, 23, 165, 117.5}, {21, 22, 180, 110}, {27, 27, 200, 150},   {28, 28, 200, 170},
      {29, 29, 200, 190},   {30, 30, 200, 205}, {31, 35, 175, 215},   {32, 34, 188, 219},
      {33, 33, 200, 222},   {36, 45, 130, 150}, {37, 44, 140, 142},   {38, 43, 160, 142},
      {39, 42, 170, 150},   {40, 47, 160, 158}, {41, 46, 140, 158},   {48, 54, 160, 262},
      {49, 53, 175, 255},   {50, 52, 190, 251}, {51, 51, 200, 252},   {59, 55, 175, 270},
      {58, 56, 190, 275},   {57, 57, 200, 276}, {60, 64, 166, 262},   {61, 63, 190, 258},
      {62, 62, 200, 258},   {67, 65, 190, 266}, {66, 66, 200, 266}};
  for (const Pair& pair : kPairs) {
    face.points[pair.left] = {pair.x, pair.y};
    face.points[pair.right] = {400 - pair.x, pair.y};
  }
  return face;
}

/// Every point moved by independent normal noise of `deviation_px`: someone else's face.
inline Landmarks varied_face(const RandomStream& stream, double deviation_px = 4) {
  Landmarks face = drawn_face();
  for (int i = 0; i < Landmarks::kCount; ++i) {
    face.points[i].x += static_cast<float>(deviation_px * stream.normal(2 * i));
    face.points[i].y += static_cast<float>(deviation_px * stream.normal(2 * i + 1));
  }
  return face;
}

}  // namespace robench
