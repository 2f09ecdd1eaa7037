// SPDX-License-Identifier: Apache-2.0
#include "suites/doctor_case.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/interrupt.h"
#include "suites/model_check.h"
#include "suites/photograph.h"

namespace robench {
namespace {

constexpr std::uint32_t kNoCrop = static_cast<std::uint32_t>(-1);

/// Row of each sample's crop in `data.crops`, or kNoCrop.
std::vector<std::uint32_t> cut_crops(const Experiment& experiment, const ResamplingUnits& units,
                                     DoctorData& data) {
  std::vector<std::uint32_t> row_of(experiment.faces.size(), kNoCrop);
  for (std::size_t i = 0; i < experiment.faces.size(); ++i) {
    if (experiment.faces[i].status != Status::ok) continue;
    const auto photograph = photograph_of(experiment.data.samples[i]);
    const auto* image = std::get_if<Image>(&photograph);
    auto crop = image != nullptr ? crop_face(*image, experiment.faces[i].face.landmarks) : std::nullopt;
    if (!crop) continue;
    row_of[i] = static_cast<std::uint32_t>(data.crops.size());
    data.crops.push_back(std::move(*crop));
    data.unit.push_back(units.of_sample[i]);
  }
  return row_of;
}

void require_enough(const DoctorData& data, std::int64_t mated) {
  const auto non_mated = static_cast<std::int64_t>(data.trials.size()) - mated;
  std::set<int> units;
  for (const Trial& trial : data.trials)
    units.insert({data.unit[trial.reference], data.unit[trial.probe]});
  if (mated > 0 && non_mated > 0 && std::ssize(units) >= SubjectBootstrap::kMinSubjects) return;
  throw ConfigError(
      fmt::format("{} mated and {} non-mated pairs of {} subjects cannot tell one recipe from another",
                  mated, non_mated, units.size()),
      fmt::format("give data with both kinds of pairs, of {} subjects and more",
                  SubjectBootstrap::kMinSubjects));
}

}  // namespace

DoctorCase doctor_case(const std::string& model, const DataSpec& spec, const std::string& detector,
                       const RunOptions& options, const Store& store) {
  catch_interrupts();
  Suite suite = clean_suite("doctor", spec, model);
  suite.detector = detector;
  const Experiment experiment = prepare_experiment(suite, options, store);
  const TrialRequest request =
      experiment.data.listed.empty()
          ? TrialRequest{TrialRequest::Kind::sample, std::max<std::int64_t>(options.limit, 1)}
          : TrialRequest{};
  const EvaluationData evaluation = make_evaluation_data(experiment.data.samples, experiment.faces,
                                                         experiment.data.listed, request, suite.seed);
  const ResamplingUnits units = resampling_units(evaluation);

  DoctorCase patient{experiment.cards[0], {}, ""};
  patient.data.units = units.count;
  patient.data.seed = suite.seed;
  const auto row_of = cut_crops(experiment, units, patient.data);
  std::int64_t mated = 0;
  for (Trial trial : evaluation.trials) {
    trial.reference = row_of[trial.reference];
    trial.probe = row_of[trial.probe];
    if (trial.reference == kNoCrop || trial.probe == kNoCrop) continue;
    patient.data.trials.push_back(trial);
    mated += trial.mated ? 1 : 0;
  }
  require_enough(patient.data, mated);
  patient.described = fmt::format("{} pairs ({} mated) of {} faces, {}", patient.data.trials.size(),
                                  mated, patient.data.crops.size(), experiment.data.name);
  return patient;
}

}  // namespace robench
