// SPDX-License-Identifier: Apache-2.0
#include "metrics/trial.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

/// Non-mated trials of `trials: all`: enough for an FMR of 1e-3 with a budget of 100, and few enough
/// for a thousand bootstrap replicates of EER and AUC per condition.
constexpr std::int64_t kNonMatedTrials = 100'000;

/// Numbers names in the order of their first appearance.
class Index {
 public:
  int of(const std::string& name) { return numbers_.try_emplace(name, size()).first->second; }
  [[nodiscard]] int size() const { return static_cast<int>(numbers_.size()); }

 private:
  std::map<std::string, int> numbers_;
};

void number_subjects(EvaluationData& data) {
  Index subjects;
  for (const Sample& sample : data.samples)
    data.subject.push_back(sample.subject.empty() ? -1 : subjects.of(sample.subject));
  data.subject_count = subjects.size();
}

/// A photograph belongs to the first session named among its samples; else it is its own session.
void number_sessions(EvaluationData& data) {
  std::map<std::string, std::string> session_of_photograph;
  for (const Sample& sample : data.samples)
    if (!sample.session.empty()) session_of_photograph.try_emplace(sample.photograph, sample.session);
  Index sessions;
  for (const Sample& sample : data.samples) {
    const auto named = session_of_photograph.find(sample.photograph);
    data.session.push_back(sessions.of(named != session_of_photograph.end()
                                           ? "session " + named->second
                                           : "photograph " + sample.photograph));
  }
}

std::int64_t pairs_of(std::int64_t n) { return n * (n - 1) / 2; }

void count_left_out(EvaluationData& data) {
  std::map<int, std::int64_t> known_in_session;
  std::int64_t known = 0;
  for (std::size_t i = 0; i < data.subject.size(); ++i) {
    if (data.subject[i] < 0) continue;
    ++known;
    ++known_in_session[data.session[i]];
  }
  data.unknown_subject_left_out =
      pairs_of(static_cast<std::int64_t>(data.subject.size())) - pairs_of(known);
  for (const auto& [session, count] : known_in_session) data.same_session_left_out += pairs_of(count);
}

Trial trial_of(std::uint32_t a, std::uint32_t b, bool mated) {
  return {std::min(a, b), std::max(a, b), mated, -1};
}

/// The comparisons of different subjects, numbered without a table of them: samples are put in the
/// order of their subjects, so that the partners of each are one range.
class CrossSubjectPairs {
 public:
  explicit CrossSubjectPairs(const EvaluationData& data) : data_(data) {
    for (std::uint32_t i = 0; i < data.subject.size(); ++i)
      if (data.subject[i] >= 0) order_.push_back(i);
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return data.subject[a] < data.subject[b];
    });
    partners_begin_.resize(order_.size());
    for (std::size_t p = order_.size(); p-- > 0;) {
      const bool last_of_subject =
          p + 1 == order_.size() || data.subject[order_[p]] != data.subject[order_[p + 1]];
      partners_begin_[p] = last_of_subject ? p + 1 : partners_begin_[p + 1];
    }
    for (std::size_t p = 0; p < order_.size(); ++p)
      first_.push_back(first_.back() + static_cast<std::int64_t>(order_.size() - partners_begin_[p]));
  }

  [[nodiscard]] std::int64_t count() const { return first_.back(); }

  [[nodiscard]] Trial at(std::int64_t number) const {
    const auto after = std::upper_bound(first_.begin(), first_.end(), number);
    const std::size_t p = static_cast<std::size_t>(after - first_.begin()) - 1;
    const std::size_t q = partners_begin_[p] + static_cast<std::size_t>(number - first_[p]);
    return trial_of(order_[p], order_[q], false);
  }

  [[nodiscard]] bool same_session(const Trial& trial) const {
    return data_.session[trial.reference] == data_.session[trial.probe];
  }

  /// Numbers of the pairs that are not of one session.
  [[nodiscard]] std::vector<std::int64_t> eligible() const {
    std::vector<std::int64_t> numbers;
    for (std::int64_t number = 0; number < count(); ++number)
      if (!same_session(at(number))) numbers.push_back(number);
    return numbers;
  }

  /// How many there are of them, in closed form.
  [[nodiscard]] std::int64_t eligible_count() const {
    std::map<int, std::map<int, std::int64_t>> subjects_in_session;
    for (std::uint32_t i : order_) ++subjects_in_session[data_.session[i]][data_.subject[i]];
    std::int64_t same = 0;
    for (const auto& [session, subjects] : subjects_in_session) {
      std::int64_t all = 0;
      for (const auto& [subject, n] : subjects) {
        all += n;
        same -= pairs_of(n);
      }
      same += pairs_of(all);
    }
    return count() - same;
  }

 private:
  const EvaluationData& data_;
  std::vector<std::uint32_t> order_;         // samples of known subject, by subject
  std::vector<std::size_t> partners_begin_;  // first position of a later subject
  std::vector<std::int64_t> first_ = {0};    // number of the first pair of each position
};

/// `count` of the eligible pairs, each subset equally likely, ascending.
std::vector<std::int64_t> draw(const CrossSubjectPairs& pairs, std::int64_t eligible_count,
                               std::int64_t count, std::uint64_t seed) {
  const RandomStream stream(seed, "non_mated_trials", "", "", 0);
  std::vector<std::int64_t> numbers;
  if (2 * count > eligible_count) {  // rejection would wait long for the last ones
    numbers = pairs.eligible();
    if (count >= eligible_count) return numbers;
    const auto key = [&](std::int64_t number) {
      return std::pair(stream.uniform(static_cast<std::uint64_t>(number)), number);
    };
    std::nth_element(numbers.begin(), numbers.begin() + count, numbers.end(),
                     [&](std::int64_t a, std::int64_t b) { return key(a) < key(b); });
    numbers.resize(static_cast<std::size_t>(count));
  } else {
    std::unordered_set<std::int64_t> drawn;
    for (std::uint64_t i = 0; std::ssize(numbers) < count; ++i) {
      const auto number =
          static_cast<std::int64_t>(stream.uniform(i) * static_cast<double>(pairs.count()));
      if (pairs.same_session(pairs.at(number)) || !drawn.insert(number).second) continue;
      numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<Trial> mated_trials(const EvaluationData& data) {
  std::vector<std::vector<std::uint32_t>> samples_of(data.subject_count);
  for (std::uint32_t i = 0; i < data.subject.size(); ++i)
    if (data.subject[i] >= 0) samples_of[data.subject[i]].push_back(i);
  std::vector<Trial> trials;
  for (const auto& samples : samples_of)
    for (std::size_t a = 0; a < samples.size(); ++a)
      for (std::size_t b = a + 1; b < samples.size(); ++b)
        if (data.session[samples[a]] != data.session[samples[b]])
          trials.push_back(trial_of(samples[a], samples[b], true));
  return trials;
}

std::string left_out_note(const EvaluationData& data) {
  std::string note;
  if (data.same_session_left_out > 0)
    note +=
        fmt::format("; {} pairs within one session or photograph left out", data.same_session_left_out);
  if (data.unknown_subject_left_out > 0)
    note += fmt::format("; {} pairs with an unknown subject left out", data.unknown_subject_left_out);
  return note;
}

void make_trials(EvaluationData& data, std::int64_t non_mated) {
  data.trials = mated_trials(data);
  const auto mated = data.trials.size();
  const CrossSubjectPairs pairs(data);
  const std::int64_t eligible = pairs.eligible_count();
  const auto drawn = draw(pairs, eligible, std::min(non_mated, eligible), data.seed);
  for (std::int64_t number : drawn) data.trials.push_back(pairs.at(number));
  data.trials_note = fmt::format("all {} mated pairs, {} of {} non-mated pairs{}", mated, drawn.size(),
                                 eligible, std::ssize(drawn) < eligible ? " (drawn by the seed)" : "");
  data.trials_note += left_out_note(data);
}

void take_listed(EvaluationData& data, std::vector<Trial> listed) {
  std::set<int> folds;
  std::size_t with_itself = 0;
  for (const Trial& trial : listed) {
    ROBENCH_ASSERT(trial.reference < data.samples.size() && trial.probe < data.samples.size());
    if (trial.reference == trial.probe) {
      ++with_itself;
      continue;
    }
    if (trial.fold >= 0) folds.insert(trial.fold);
    data.trials.push_back(trial);
  }
  data.fold_count = static_cast<int>(folds.size());
  data.trials_note = fmt::format("{} listed pairs", data.trials.size());
  if (data.fold_count > 0) data.trials_note += fmt::format(" in {} folds", data.fold_count);
  if (with_itself > 0)
    data.trials_note += fmt::format("; {} pairs of a sample with itself left out", with_itself);
}

}  // namespace

EvaluationData make_evaluation_data(std::vector<Sample> samples, std::vector<AcquiredFace> faces,
                                    std::vector<Trial> listed, const TrialRequest& request,
                                    std::uint64_t seed) {
  ROBENCH_ASSERT(samples.size() == faces.size());
  EvaluationData data;
  data.samples = std::move(samples);
  data.faces = std::move(faces);
  data.seed = seed;
  number_subjects(data);
  number_sessions(data);
  count_left_out(data);
  if (request.kind == TrialRequest::Kind::listed && !listed.empty())
    take_listed(data, std::move(listed));
  else
    make_trials(data, request.kind == TrialRequest::Kind::sample ? request.count : kNonMatedTrials);
  return data;
}

}  // namespace robench
