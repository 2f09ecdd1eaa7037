// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/light_effects.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <limits>
#include <numbers>
#include <set>

#include "models/embedder.h"
#include "models/face.h"
#include "perturb/condition.h"
#include "perturb/error.h"
#include "perturb/face_axes.h"
#include "perturb/relight.h"
#include "perturb/srgb.h"

namespace robench::realism {
namespace {

// Lamps that are taken to be alike tell nothing by their strength.
std::vector<Source> sources_for(const std::vector<Subject>& subjects) {
  std::vector<Source> sources{Source::real, Source::synthetic, Source::flat};
  const auto differs = [](const LitPicture& lit) { return lit.strength != 1; };
  if (std::any_of(subjects.begin(), subjects.end(), [&](const Subject& subject) {
        return std::any_of(subject.lit.begin(), subject.lit.end(), differs);
      }))
    sources.push_back(Source::bright);
  return sources;
}

// A half-plane across the light, its edge where the shadow of a ball of the face's width would begin.
Image in_flat_shadow(const Image& frontal, const Landmarks& landmarks, const Light& light) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  constexpr double kFaceRadius = 1.1;  // inter-eye distances
  constexpr double kFaceCentre = 0.5;  // below the eyes
  constexpr float kInShadow = 0.03F;   // as dark as the real shadows
  const double x = -std::sin(light.azimuth_deg * kRadians) * std::cos(light.elevation_deg * kRadians);
  const double y = -std::sin(light.elevation_deg * kRadians);
  const double across = std::hypot(x, y);
  const double edge = -kFaceRadius * std::cos(light.angle_deg() * kRadians);
  const FaceAxes axes(Frame(landmarks), frontal.bgr().size());
  return relit(frontal, [&](int row, LightRow& out) {
    const FaceLine line = axes.row(row);
    for (std::size_t i = 0; i < out.gain.size(); ++i) {
      const double towards_lamp = (line.u(i) * x + (line.v(i) - kFaceCentre) * y) / across;
      if (towards_lamp < edge) out.gain[i] = kInShadow;
    }
  });
}

// The picture with a lamp of another strength where its own was.
Image as_bright_as(double strength, const Image& picture) {
  return apply_table(picture, table_of_linear([&](double light) { return strength * light; }));
}

std::vector<Image> pictures_of(Source source, const Subject& subject, const Params& lamp) {
  std::vector<Image> pictures;
  for (const LitPicture& lit : subject.lit)
    pictures.push_back(source == Source::real ? lit.image : relit_picture(source, subject, lit, lamp));
  return pictures;
}

// One unit vector for each picture, all with the same landmarks.
EmbeddingMatrix vectors_of(Embedder& embedder, const ModelCard& card, const std::vector<Image>& pictures,
                           const Landmarks& landmarks, Encoding encoding) {
  static const PixelTable decode = table_of_encoded(linear_from_srgb);
  std::vector<Image> chips;
  for (const Image& picture : pictures) {
    const auto crop =
        crop_face(encoding == Encoding::linear ? apply_table(picture, decode) : picture, landmarks);
    ROBENCH_ASSERT(crop.has_value());
    chips.push_back(align_chip(crop->pixels, crop->frame.landmarks, card.align));
  }
  EmbeddingMatrix vectors = embedder.embed(chips);
  vectors.rowwise().normalize();
  return vectors;
}

void add_subject(Embedder& embedder, const ModelCard& card, const Subject& subject, std::size_t row,
                 const std::vector<Light>& directions, const Params& lamp, Encoding encoding,
                 std::map<Source, Effect>& effects) {
  const EmbeddingMatrix clean =
      vectors_of(embedder, card, {subject.frontal}, subject.landmarks, encoding);
  for (auto& [source, effect] : effects) {
    const EmbeddingMatrix vectors =
        vectors_of(embedder, card, pictures_of(source, subject, lamp), subject.landmarks, encoding);
    for (std::size_t i = 0; i < subject.lit.size(); ++i) {
      const auto place = std::lower_bound(directions.begin(), directions.end(), subject.lit[i].light);
      const auto direction = static_cast<std::size_t>(place - directions.begin());
      const Eigen::VectorXf shift =
          (vectors.row(static_cast<Eigen::Index>(i)) - clean.row(0)).transpose();
      // For unit vectors 1 - cosine = |difference|^2 / 2.
      effect.drift(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(direction)) =
          shift.squaredNorm() / 2;
      effect.shift[row][direction] = shift;
    }
  }
}

}  // namespace

std::vector<Light> directions_of(const std::vector<Subject>& subjects) {
  std::set<Light> directions;
  for (const Subject& subject : subjects)
    for (const LitPicture& lit : subject.lit) directions.insert(lit.light);
  return {directions.begin(), directions.end()};
}

Image relit_picture(Source source, const Subject& subject, const LitPicture& lit, const Params& lamp) {
  Image frontal = as_bright_as(lit.strength, subject.frontal);
  if (source == Source::bright) return frontal;
  if (source == Source::flat) return in_flat_shadow(frontal, subject.landmarks, lit.light);
  Params params = lamp;
  params.set("azimuth_deg", lit.light.azimuth_deg);
  params.set("elevation_deg", lit.light.elevation_deg);
  return PreparedCondition({{step_at_value("side_light", params)}, Stage::crop}, 1)
      .apply(frontal, Frame(subject.landmarks), subject.name, 0)
      .image;
}

std::map<Source, Effect> light_effects(const ModelCard& card, const std::vector<Subject>& subjects,
                                       const std::vector<Light>& directions, const Params& lamp,
                                       Encoding encoding) {
  const auto rows = static_cast<Eigen::Index>(subjects.size());
  const auto columns = static_cast<Eigen::Index>(directions.size());
  std::map<Source, Effect> effects;
  for (const Source source : sources_for(subjects))
    effects[source] = {SubjectTable::Constant(rows, columns, std::numeric_limits<double>::quiet_NaN()),
                       std::vector(subjects.size(), std::vector<Eigen::VectorXf>(directions.size()))};
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    const auto embedder = load_embedder(card);
    for (std::size_t i = next++; i < subjects.size(); i = next++)
      add_subject(*embedder, card, subjects[i], i, directions, lamp, encoding, effects);
  };
  auto other = std::async(std::launch::async, work);
  work();
  other.get();
  return effects;
}

}  // namespace robench::realism
