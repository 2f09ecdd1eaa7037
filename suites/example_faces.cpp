// SPDX-License-Identifier: Apache-2.0
#include "suites/example_faces.h"

#include <algorithm>
#include <optional>
#include <string>

#include "perturb/jpeg_codec.h"
#include "reports/comparison.h"
#include "reports/numbers.h"
#include "suites/crop_shelf.h"
#include "suites/donors.h"
#include "suites/evaluation.h"

namespace robench {
namespace {

constexpr std::size_t kFaces = 3;
constexpr int kSidePx = 112;
const JpegSettings kThumbnail{80, ChromaSubsampling::s420, 0};

/// What a family does at its worst.
struct Worst {
  std::string family;
  std::size_t condition = 0;
  double drift = -1;
};

std::optional<std::size_t> condition_labelled(const Suite& suite, const std::string& label) {
  for (std::size_t i = 0; i < suite.conditions.size(); ++i)
    if (suite.conditions[i].stage == Stage::crop && suite.conditions[i].label() == label) return i;
  return std::nullopt;
}

/// By the first model of the run, in the order in which the families come.
std::vector<Worst> worst_conditions(const Suite& suite, const RunRecord& run) {
  std::vector<Worst> families;
  for (const CellRecord* cell : pooled_cells(run)) {
    const Measure* drift = find_measure(*cell, "drift_angle_deg");
    const auto condition = condition_labelled(suite, cell->label);
    if (cell->model != run.models.front() || cell->stage != "crop" || !available(drift) || !condition ||
        suite.conditions[*condition].is_clean())
      continue;
    auto known = std::find_if(families.begin(), families.end(),
                              [&](const Worst& worst) { return worst.family == cell->family; });
    if (known == families.end()) known = families.insert(known, {cell->family, 0, -1});
    if (drift->value > known->drift) *known = {cell->family, *condition, drift->value};
  }
  return families;
}

std::vector<std::size_t> chosen_rows(const Experiment& experiment) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < experiment.faces.size() && rows.size() < kFaces; ++row) {
    const std::string& subject = experiment.data.samples[row].subject;
    const bool again = std::any_of(rows.begin(), rows.end(), [&](std::size_t other) {
      return !subject.empty() && experiment.data.samples[other].subject == subject;
    });
    if (experiment.faces[row].status == Status::ok && !again) rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint8_t> thumbnail(const FaceCrop& crop, const Image& picture) {
  return encode_jpeg(resampled({picture, crop.frame, crop.crop_from_photo}, kSidePx).pixels, kThumbnail);
}

}  // namespace

std::vector<ExamplePicture> example_pictures(const Experiment& experiment, const RunRecord& run) {
  const Suite& suite = experiment.suite;
  const auto worst = worst_conditions(suite, run);
  const Donors donors(experiment);
  std::vector<ExamplePicture> pictures;
  for (const std::size_t row : chosen_rows(experiment)) {
    const auto photograph = photograph_of(experiment, row);
    auto crop = photograph ? crop_face(*photograph, experiment.faces[row].face.landmarks) : std::nullopt;
    if (!crop) continue;
    if (suite.crop_px) crop = resampled(*crop, *suite.crop_px);
    const OthersOfSample others(donors, row);
    crop->frame.others = &others;
    const std::string& id = experiment.data.samples[row].id;
    pictures.push_back({"", "clean", id, thumbnail(*crop, crop->pixels)});
    for (const Worst& each : worst) {
      const PreparedCondition prepared(suite.conditions[each.condition], suite.seed);
      const Image image = prepared.apply(crop->pixels, crop->frame, id, 1).image;
      pictures.push_back(
          {each.family, suite.conditions[each.condition].label(), id, thumbnail(*crop, image)});
    }
  }
  return pictures;
}

}  // namespace robench
