// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_subject.h"

#include <array>
#include <cmath>

#include "tests/support/generated_math.h"

namespace robench::generated {
namespace {

// One index per decision, so that a new trait never changes an old one.
enum Trait : std::uint32_t {
  kFaceWidth,
  kJawWidth,
  kChinLength,
  kEyeDistance,
  kEyeWidth,
  kEyeOpening,
  kBrowLift,
  kBrowWeight,
  kNoseLength,
  kNoseWidth,
  kNoseHeight,
  kMouthWidth,
  kMouthDrop,
  kLipWeight,
  kSkin,
  kSkinShade,
  kHair,
  kIris,
  kCloth,
  kHairStyle,
  kExpressionSmile,
  kExpressionBrow,
  kExpressionLids
};

struct Complexion {
  std::uint32_t skin;
  std::uint32_t lip;
  std::uint32_t hair_count;  // how many of kHairs and kIrises, from the first, go with it
  std::uint32_t iris_count;
};

// Light to dark.
constexpr std::array<Complexion, 6> kComplexions{{{0xF1CDB4, 0xC77F76, 6, 5},
                                                  {0xE6B998, 0xBC7266, 6, 5},
                                                  {0xCF9F7E, 0xAE665A, 6, 4},
                                                  {0xB08463, 0x985A4D, 4, 3},
                                                  {0x8C6247, 0x7B483B, 3, 2},
                                                  {0x6A4631, 0x63372D, 3, 1}}};
constexpr std::array<std::uint32_t, 6> kHairs{0x2A201B, 0x3E2A1D, 0x8B8682,
                                              0x5C3B22, 0x7A4524, 0xB48A52};
constexpr std::array<std::uint32_t, 5> kIrises{0x5A3A20, 0x7A5A2E, 0x5E7A4A, 0x5B86AD, 0x6F7F88};
constexpr std::array<std::uint32_t, 6> kCloths{0x3F5F7F, 0x6B4E71, 0x3E6E63,
                                               0x8A5A44, 0x555B66, 0x7C3F4A};
constexpr std::array<HairStyle, 5> kStyles{HairStyle::side_part, HairStyle::long_hair,
                                           HairStyle::cropped, HairStyle::bun, HairStyle::curls};

template <typename T, std::size_t N>
const T& pick(const std::array<T, N>& choices, std::uint32_t seed, Trait trait) {
  return choices[hash(seed, trait) % N];
}

// Uniform in mean -+ spread.
float vary(std::uint32_t seed, Trait trait, float mean, float spread) {
  return mean + spread * (2.0f * hash01(seed, trait) - 1.0f);
}

}  // namespace

Colour colour_from_srgb(std::uint32_t hex) {
  const auto linear = [](std::uint32_t byte) {
    const float v = static_cast<float>(byte & 0xFFu) / 255.0f;
    return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);  // IEC 61966-2-1
  };
  return {linear(hex >> 16), linear(hex >> 8), linear(hex)};
}

Subject::Subject(std::uint32_t subject_seed)
    : seed(subject_seed),
      face_width(vary(seed, kFaceWidth, 1.0f, 0.06f)),
      jaw_width(vary(seed, kJawWidth, 1.0f, 0.06f)),
      chin_length(vary(seed, kChinLength, 1.0f, 0.05f)),
      eye_distance(vary(seed, kEyeDistance, 1.0f, 0.05f)),
      eye_width(vary(seed, kEyeWidth, 1.0f, 0.07f)),
      eye_opening(vary(seed, kEyeOpening, 1.0f, 0.15f)),
      brow_lift(vary(seed, kBrowLift, 0.0f, 0.04f)),
      brow_weight(vary(seed, kBrowWeight, 1.0f, 0.3f)),
      nose_length(vary(seed, kNoseLength, 1.0f, 0.07f)),
      nose_width(vary(seed, kNoseWidth, 1.0f, 0.12f)),
      nose_height(vary(seed, kNoseHeight, 1.0f, 0.15f)),
      mouth_width(vary(seed, kMouthWidth, 1.0f, 0.09f)),
      mouth_drop(vary(seed, kMouthDrop, 0.0f, 0.04f)),
      lip_weight(vary(seed, kLipWeight, 1.0f, 0.2f)),
      cloth(colour_from_srgb(pick(kCloths, seed, kCloth))),
      hair_style(pick(kStyles, seed, kHairStyle)) {
  const Complexion& complexion = pick(kComplexions, seed, kSkin);
  const float shade = vary(seed, kSkinShade, 1.0f, 0.08f);
  skin = colour_from_srgb(complexion.skin) * shade;
  lip = colour_from_srgb(complexion.lip) * shade;
  hair = colour_from_srgb(kHairs[hash(seed, kHair) % complexion.hair_count]);
  iris = colour_from_srgb(kIrises[hash(seed, kIris) % complexion.iris_count]);
}

Expression::Expression(std::uint32_t subject_seed, std::uint32_t seed) {
  if (seed == 0) return;
  const std::uint32_t key = hash(subject_seed, seed);
  smile = vary(key, kExpressionSmile, 0.02f, 0.05f);
  brow_raise = vary(key, kExpressionBrow, 0.0f, 0.025f);
  lids = vary(key, kExpressionLids, 0.95f, 0.15f);
}

}  // namespace robench::generated
