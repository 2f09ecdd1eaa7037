// SPDX-License-Identifier: Apache-2.0
#include "tests/usability/usability_pictures.h"

#include <map>

#include "models/store.h"
#include "suites/embedding_stage.h"
#include "suites/engine.h"
#include "suites/model_check.h"

namespace robench::usability {
namespace {

constexpr int kJudgingFold = 3;  // this one and the next; counted from 0
constexpr int kSeverities = 5;
constexpr int kCalibrationFamilies = 5;  // of each person: what ten minutes of a core allow

/// By family. Without what a photograph as a whole cannot suffer: a shift goes with the face when it is
/// found anew.
const std::vector<std::vector<std::string>>& perturbations() {
  static const std::vector<std::vector<std::string>> all = {
      {"side_light", "low_light", "backlight", "cast_shadow", "over_exposure", "gamma", "contrast",
       "colour_temperature"},
      {"gaussian_blur", "defocus_blur", "motion_blur", "camera_shake", "low_resolution"},
      {"gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "sensor_noise"},
      {"sunglasses", "surgical_mask", "scarf", "hand_or_object", "half_face", "hat_brim",
       "hair_strands"},
      {"jpeg", "jpeg2000", "webp", "jpeg_generations", "pixelate", "colour_quantisation"},
      {"fog", "rain", "snow", "frost", "spatter"},
      {"fading", "print_halftone", "guilloche", "stamp", "scratches_and_crease", "chip_photo"},
      {"perspective", "elastic", "rotate_in_plane"}};
  return all;
}

Suite suite_of(const std::string& root, const std::vector<std::string>& models) {
  Suite suite =
      clean_suite("usability", parse_data_option("lfw:" + root + "," + root + "/pairs.txt"), models[0]);
  suite.models = models;
  for (const auto& family : perturbations())
    for (const std::string& name : family)
      for (int severity = 1; severity <= kSeverities; ++severity)
        suite.conditions.push_back({{step_at_severity(name, severity)}, Stage::capture});
  return suite;
}

/// Place of a perturbation's severity 1 among the conditions.
std::size_t first_condition(std::size_t family, std::size_t member) {
  std::size_t before = 0;
  for (std::size_t f = 0; f < family; ++f) before += perturbations()[f].size();
  return 1 + kSeverities * (before + member);
}

std::vector<int> folds_of(const DataSet& data) {
  std::vector<int> fold(data.samples.size(), -1);
  for (const Trial& trial : data.listed) fold[trial.reference] = fold[trial.probe] = trial.fold;
  return fold;
}

class Plan {
 public:
  explicit Plan(Study& study) : study_(study) {}

  void lay_out(int most_people) {
    std::map<std::string, std::vector<std::size_t>> rows_of;
    for (std::size_t row = 0; row < study_.fold.size(); ++row)
      if (study_.fold[row] >= 0 && study_.experiment.faces[row].status == Status::ok)
        rows_of[study_.experiment.data.samples[row].subject].push_back(row);
    int person = 0;
    for (const auto& [subject, rows] : rows_of)
      if (rows.size() > 1 && person < most_people) add_person(person++, rows);
  }

 private:
  void add_person(int person, const std::vector<std::size_t>& rows) {
    const std::size_t row = rows.front();
    const std::vector<std::size_t> partners(rows.begin() + 1, rows.end());
    const bool judges = study_.fold[row] >= kJudgingFold;
    const int number = numbers_[judges ? 1 : 0]++;
    study_.pictures.push_back({row, partners, 0, person, judges});
    const auto families = static_cast<int>(perturbations().size());
    for (int k = 0; k < (judges ? families : kCalibrationFamilies); ++k) {
      const int family = (number + k) % families;
      const auto members = static_cast<int>(perturbations()[family].size());
      const std::size_t first = first_condition(family, (number / kSeverities) % members);
      const auto severity_from_0 = static_cast<std::size_t>((number + family) % kSeverities);
      study_.pictures.push_back({row, partners, first + severity_from_0, person, judges});
    }
  }

  Study& study_;
  int numbers_[2] = {0, 0};  // of people who calibrate and who judge
};

}  // namespace

std::string Study::family(const Picture& picture) const {
  return experiment.suite.conditions[picture.condition].family();
}

Study plan_study(const std::string& root, const std::vector<std::string>& models, int most_people) {
  const Store store(cache_folder() / "store");
  Suite suite = suite_of(root, models);
  std::vector<Condition> perturbed(suite.conditions.begin() + 1, suite.conditions.end());
  suite.conditions.resize(1);
  Study study{prepare_experiment(suite, {}, store), {}, {}, {}};
  embed_all(study.experiment, missing_work(study.experiment, store), store, worker_count(0));
  for (std::size_t model = 0; model < models.size(); ++model)
    study.clean.push_back(load_table(study.experiment, store, model, 0, 1));
  study.fold = folds_of(study.experiment.data);
  auto& conditions = study.experiment.suite.conditions;
  conditions.insert(conditions.end(), perturbed.begin(), perturbed.end());
  Plan(study).lay_out(most_people);
  return study;
}

}  // namespace robench::usability
