// SPDX-License-Identifier: Apache-2.0
// Does a model give on this data what is published of it?
#pragma once

#include <cstdint>
#include <string>

#include "metrics/measure.h"
#include "models/model_card.h"
#include "models/store.h"
#include "suites/experiment.h"
#include "suites/suite.h"

namespace robench {

/// What was measured of a model on clean photographs, by the fold protocol of LFW view 2.
struct ModelCheck {
  ModelCard card;
  std::string data;  // "lfw: 3811 samples, LFW view 2, folds 1-5 of pairs.txt"
  std::int64_t samples = 0;
  std::int64_t not_acquired = 0;  // their pairs are left out
  std::int64_t fallback_boxes = 0;
  int folds = 0;
  Measure accuracy;  // lfw_accuracy; its note holds the SE over the folds
  Measure eer;
};

/// Embeds the data (what the store holds is not done again) and measures. Throws ConfigError,
/// EnvironmentError, Interrupted.
[[nodiscard]] ModelCheck check_on_data(const std::string& model, const DataSpec& data,
                                       const std::string& detector, const RunOptions& options,
                                       const Store& store);

enum class Verdict { agrees, lower, higher, cannot_tell };

/// measured minus published, with its 95 % interval.
struct Difference {
  double value = 0;
  Interval ci95;
};
/// The interval of the measured accuracy is the given one; that of the published one is binomial over
/// the 6,000 pairs of LFW view 2; both are put together by the square-and-add method (Zou and Donner
/// 2008, Statistics in Medicine 27:1693). Conservative where both figures are of the same pairs.
[[nodiscard]] Difference difference_from_published(double measured, const Interval& ci95,
                                                   double published);

struct Judgement {
  Verdict verdict = Verdict::cannot_tell;
  std::string words;
};
[[nodiscard]] Judgement judge(const ModelCheck& check);

/// What `robench models check` prints.
[[nodiscard]] std::string check_text(const ModelCheck& check);

/// A suite of nothing but the clean condition.
[[nodiscard]] Suite clean_suite(const std::string& name, const DataSpec& data, const std::string& model);

}  // namespace robench
