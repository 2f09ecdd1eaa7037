// SPDX-License-Identifier: Apache-2.0
#include "suites/inspect/inspection.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "metrics/power.h"
#include "metrics/subject_bootstrap.h"
#include "metrics/trial.h"
#include "reports/csv.h"
#include "reports/numbers.h"
#include "suites/copied_photographs.h"
#include "suites/inspect/severity_of.h"
#include "suites/photograph.h"

namespace robench {
namespace {

constexpr std::array<double, 7> kQuantiles{0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};
constexpr std::size_t kMostNamed = 5;

std::int64_t pairs_of(std::int64_t n) { return n * (n - 1) / 2; }

std::string share_text(std::int64_t part, std::int64_t whole) {
  return fmt::format("{} ({:.1f} %)", grouped(part),
                     whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0);
}

std::vector<double> finite(const std::vector<double>& values) {
  std::vector<double> kept;
  std::ranges::copy_if(values, std::back_inserter(kept),
                       [](double value) { return std::isfinite(value); });
  return kept;
}

std::string number_text(double value) {
  return std::abs(value) >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

std::string there_text(const Inspection& inspection, bool is_private) {
  const DataSet& data = inspection.data;
  std::set<std::string> photographs;
  for (const Sample& sample : data.samples) photographs.insert(sample.photograph);
  std::string text =
      fmt::format("data        {}: {} photographs, {} {}{}\n", is_private ? "private" : data.name,
                  grouped(static_cast<std::int64_t>(photographs.size())),
                  grouped(static_cast<std::int64_t>(inspection.readings.size())),
                  data.every_face_is_a_sample ? "faces or photographs without one" : "samples",
                  data.protocol.empty() ? "" : "; " + data.protocol);
  for (const std::string& note : data.notes) text += fmt::format("            {}\n", note);
  return text;
}

std::string broken_text(const Inspection& inspection, bool is_private) {
  std::map<Status, std::vector<const PhotoReading*>> by_status;
  std::int64_t fallback = 0;
  for (const PhotoReading& reading : inspection.readings) {
    by_status[reading.status].push_back(&reading);
    fallback += reading.fallback_box ? 1 : 0;
  }
  const auto all = static_cast<std::int64_t>(inspection.readings.size());
  std::string text = fmt::format(
      "usable      {}", share_text(static_cast<std::int64_t>(by_status[Status::ok].size()), all));
  if (fallback > 0)
    text += fmt::format(", {} of them in a fall-back box: the detector found none", fallback);
  text += "\n";
  for (const auto& [status, readings] : by_status) {
    if (status == Status::ok || readings.empty()) continue;
    text += fmt::format("broken      {}: {}\n", to_string(status),
                        share_text(static_cast<std::int64_t>(readings.size()), all));
    for (std::size_t i = 0; !is_private && i < std::min(kMostNamed, readings.size()); ++i)
      text += fmt::format("            {}: {}\n", inspection.data.samples[readings[i]->sample].id,
                          readings[i]->reason);
    if (!is_private && readings.size() > kMostNamed) text += "            ...\n";
  }
  return text;
}

/// What the comparisons can decide. Thresholds are set on one half of the subjects
/// (metrics/threshold.h).
std::string trials_text(const TrialCounts& trials) {
  std::string text = fmt::format("subjects    {}", grouped(trials.subjects));
  if (trials.unknown > 0)
    text += fmt::format(", and {} samples of nobody known", grouped(trials.unknown));
  text +=
      fmt::format("\ntrials      {} mated, {} non-mated; {} of one photograph or session are left out\n",
                  grouped(trials.mated), grouped(trials.non_mated), grouped(trials.same_session));
  if (trials.listed_mated + trials.listed_non_mated > 0)
    text += fmt::format("            the data lists {} mated and {} non-mated\n",
                        grouped(trials.listed_mated), grouped(trials.listed_non_mated));
  if (trials.mated + trials.listed_mated == 0)
    text += "            no FNMR: nobody is known to be on two photographs\n";
  const double half = static_cast<double>(trials.non_mated) / 4;  // comparisons within half the subjects
  if (half < 30)
    return text + "FMR         none: fewer than 30 non-mated comparisons in a half of the subjects\n";
  return text +
         fmt::format(
             "FMR         from {:.2g} on with 30 false accepts to set the threshold, refused below "
             "{:.2g} (a half of the subjects sets it, about {} comparisons)\n",
             smallest_rate_with_thirty_errors(half), 1 / half, grouped(std::llround(half)));
}

std::string quantiles_text(const Inspection& inspection) {
  std::string text = fmt::format("\n{:<16}{:>7}", "measure", "n");
  for (const double q : kQuantiles)
    text += fmt::format("{:>9}", q == 0 ? "min" : q == 1 ? "max" : fmt::format("{:.0f} %", 100 * q));
  text += "\n";
  const auto row = [&](const std::string& name, const std::vector<double>& values) {
    const std::vector<double> known = finite(values);
    text += fmt::format("{:<16}{:>7}", name, known.size());
    for (const double q : kQuantiles)
      text += fmt::format("{:>9}", known.empty() ? "-" : number_text(quantile(known, q)));
    text += "\n";
  };
  for (std::size_t m = 0; m < kPhotoMeasures; ++m) {
    std::vector<double> values;
    for (const PhotoReading& reading : inspection.readings) values.push_back(reading.values[m]);
    row(std::string(to_string(static_cast<PhotoMeasure>(m))), values);
  }
  std::vector<double> faces;
  for (const PhotoReading& reading : inspection.readings)
    if (reading.status != Status::undecodable) faces.push_back(reading.faces);
  row("faces_found", faces);
  return text;
}

std::string severities_text(const Inspection& inspection) {
  std::string text = fmt::format("\n{:<16}{:>7}{:>9}{:>9}{:>9}  share at or beyond severity 1, 3, 5\n",
                                 "as severity of", "n", "50 %", "95 %", "max");
  for (const SeverityScale& scale : severity_scales()) {
    std::vector<double> values;
    for (const PhotoReading& reading : inspection.readings)
      if (const auto severity = severity_of(scale, reading)) values.push_back(*severity);
    text += fmt::format("{:<16}{:>7}", scale.perturbation, values.size());
    for (const double q : {0.5, 0.95, 1.0})
      text += fmt::format("{:>9}", values.empty() ? "-" : number_text(quantile(values, q)));
    for (const double severity : {1.0, 3.0, 5.0})
      text += values.empty()
                  ? std::string("      -")
                  : fmt::format("{:>6.1f} %", 100.0 *
                                                  static_cast<double>(std::ranges::count_if(
                                                      values, [&](double v) { return v >= severity; })) /
                                                  static_cast<double>(values.size()));
    text += fmt::format("  ({}: {})\n", to_string(scale.measure), scale.how);
  }
  return text;
}

std::string cell(double value) { return std::isfinite(value) ? fmt::format("{:.5g}", value) : ""; }

}  // namespace

TrialCounts count_trials(const DataSet& data) {
  const EvaluationData evaluation =
      make_evaluation_data(data.samples, std::vector<AcquiredFace>(data.samples.size()), data.listed,
                           {TrialRequest::Kind::sample, 1}, 1);
  TrialCounts counts;
  counts.subjects = evaluation.subject_count;
  std::map<int, std::int64_t> of_subject, of_session;
  std::map<std::pair<int, int>, std::int64_t> of_both;
  std::int64_t known = 0;
  for (std::size_t row = 0; row < evaluation.subject.size(); ++row) {
    const int subject = evaluation.subject[row], session = evaluation.session[row];
    if (subject < 0) {
      ++counts.unknown;
      continue;
    }
    ++known;
    ++of_subject[subject];
    ++of_session[session];
    ++of_both[{subject, session}];
  }
  std::int64_t same_subject = 0, same_both = 0;
  for (const auto& [subject, n] : of_subject) same_subject += pairs_of(n);
  for (const auto& [session, n] : of_session) counts.same_session += pairs_of(n);
  for (const auto& [both, n] : of_both) same_both += pairs_of(n);
  counts.mated = same_subject - same_both;
  counts.non_mated = pairs_of(known) - same_subject - (counts.same_session - same_both);
  for (const Trial& trial : data.listed) ++(trial.mated ? counts.listed_mated : counts.listed_non_mated);
  return counts;
}

Inspection inspect(DataSet data, const AcquisitionPolicy& policy) {
  join_copied_photographs(data, hash_photographs(data.samples));
  Inspection inspection{std::move(data), policy, {}, {}};
  inspection.readings = read_photographs(inspection.data, policy);
  inspection.trials = count_trials(inspection.data);
  return inspection;
}

std::string inspection_text(const Inspection& inspection, bool is_private) {
  return there_text(inspection, is_private) + broken_text(inspection, is_private) +
         trials_text(inspection.trials) + quantiles_text(inspection) + severities_text(inspection);
}

std::string inspection_csv(const Inspection& inspection, bool is_private,
                           const std::function<std::string(const std::string&)>& name_of) {
  std::string text = "path,subject,face,faces_found,status,reason,fallback_box,width_px,height_px";
  for (std::size_t m = 0; m < kPhotoMeasures; ++m)
    text += "," + std::string(to_string(static_cast<PhotoMeasure>(m)));
  for (const SeverityScale& scale : severity_scales()) text += "," + scale.perturbation + "_severity";
  text += "\n";
  for (const PhotoReading& reading : inspection.readings) {
    const Sample& sample = inspection.data.samples[reading.sample];
    text += fmt::format("{},{},{},{},{},{},{},{},{}", csv_text(name_of(sample.id)),
                        csv_text(name_of(sample.subject)), reading.face, reading.faces,
                        to_string(reading.status), is_private ? "" : csv_text(reading.reason),
                        reading.fallback_box ? 1 : 0, reading.width, reading.height);
    for (const double value : reading.values) text += "," + cell(value);
    for (const SeverityScale& scale : severity_scales()) {
      const auto severity = severity_of(scale, reading);
      text += "," + (severity ? fmt::format("{:.2f}", *severity) : std::string());
    }
    text += "\n";
  }
  return text;
}

}  // namespace robench
