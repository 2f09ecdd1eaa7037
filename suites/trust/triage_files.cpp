// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/triage_files.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "perturb/error.h"
#include "reports/csv.h"
#include "suites/trust/flag_reach.h"
#include "suites/trust/json_fields.h"

namespace robench {
namespace {

std::string photograph_name(const TriageRow& row, const TriageDocument& document) {
  const std::string& name = document.data.samples[row.sample].id;
  return document.names ? (*document.names)(name) : name;
}

/// A decoder's message may quote the file's name; the status says enough.
std::string shown_reason(const TriageRow& row, const TriageDocument& document) {
  return document.names && !row.ok() ? std::string(to_string(row.reading.status)) : row.reason;
}

std::string flag_text(double adjusted_p) {
  return std::isnan(adjusted_p) ? "" : adjusted_p <= kFlagRate ? "1" : "0";
}

std::string header(const TriageDocument& document) {
  std::string text =
      "photograph,face,faces,status,decision,reason,p_usable,quality,bin,score_low,score_high,drift_"
      "high,"
      "capture_p,capture_p_adjusted,capture_flag,population_p,population_p_adjusted,population_flag,"
      "repair,repair_p_usable,repair_score_low,repair_score_high,turned_degrees,embedding_spread_deg,"
      "embedding_norm,detection_confidence,box_x,box_y,box_width,box_height";
  for (const QualityMeasureSpec& measure : quality_measures())
    text += fmt::format(",{0},{0}.scalar", measure.name);
  if (document.ofiq) text += document.ofiq->header();
  return text + "\n";
}

/// From p_usable to detection_confidence.
constexpr std::size_t kJudgedCells = 20;

std::vector<std::string> judged_cells(const TriageRow& row) {
  if (!row.ok()) return std::vector<std::string>(kJudgedCells);
  const TrustJudgement& is = row.judgement;
  std::vector<std::string> cells = {csv_number(is.p_usable),
                                    std::to_string(is.quality()),
                                    is.bin,
                                    csv_number(is.score.low),
                                    csv_number(is.score.high),
                                    csv_number(is.drift.high),
                                    csv_number(is.capture_p),
                                    csv_number(row.capture_p_adjusted),
                                    flag_text(row.capture_p_adjusted),
                                    csv_number(is.population_p),
                                    csv_number(row.population_p_adjusted),
                                    flag_text(row.population_p_adjusted)};
  if (row.repair) {
    const TrustJudgement& after = row.repair->judgement;
    cells.insert(cells.end(), {row.repair->name, csv_number(after.p_usable), csv_number(after.score.low),
                               csv_number(after.score.high)});
  } else {
    cells.resize(cells.size() + 4);
  }
  cells.push_back(std::to_string(row.turned_degrees));
  for (const double number :
       {row.reading.spread_deg, row.reading.norm, row.reading.detection_confidence})
    cells.push_back(csv_number(number));
  ROBENCH_ASSERT(cells.size() == kJudgedCells);
  return cells;
}

std::string line(const std::vector<TriageRow>& rows, std::size_t i, const TriageDocument& document) {
  const TriageRow& row = rows[i];
  std::vector<std::string> cells = {csv_text(photograph_name(row, document)),
                                    std::to_string(row.face),
                                    std::to_string(row.faces),
                                    std::string(to_string(row.reading.status)),
                                    std::string(to_string(row.decision)),
                                    csv_text(shown_reason(row, document))};
  const auto judged = judged_cells(row);
  cells.insert(cells.end(), judged.begin(), judged.end());
  const Box& box = row.found.box;
  for (const double side : {box.x, box.y, box.width, box.height})
    cells.push_back(row.ok() ? csv_number(side) : "");
  for (const QualityValue& value : row.reading.quality) {
    cells.push_back(csv_number(value.raw));
    cells.push_back(std::to_string(value.score));
  }
  if (document.ofiq) {
    const auto theirs = document.ofiq->cells(i);
    cells.insert(cells.end(), theirs.begin(), theirs.end());
  }
  return fmt::format("{}\n", fmt::join(cells, ","));
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json judgement_json(const TrustJudgement& judgement) {
  return {{"p_usable", number(judgement.p_usable)},
          {"quality", judgement.quality()},
          {"bin", judgement.bin},
          {"score_band", {number(judgement.score.low), number(judgement.score.high)}},
          {"drift_limit", number(judgement.drift.high)}};
}

nlohmann::ordered_json flag_json(double p, double adjusted) {
  return {{"p", number(p)}, {"p_adjusted", number(adjusted)}, {"raised", adjusted <= kFlagRate}};
}

nlohmann::ordered_json row_json(const TriageRow& row, const TriageDocument& document) {
  nlohmann::ordered_json json = {{"photograph", photograph_name(row, document)},
                                 {"face", row.face},
                                 {"faces", row.faces},
                                 {"status", to_string(row.reading.status)},
                                 {"decision", to_string(row.decision)},
                                 {"reason", shown_reason(row, document)}};
  if (!row.ok()) return json;
  json["judgement"] = judgement_json(row.judgement);
  json["capture"] = flag_json(row.judgement.capture_p, row.capture_p_adjusted);
  json["population"] = flag_json(row.judgement.population_p, row.population_p_adjusted);
  if (row.repair) {
    json["repair"] = judgement_json(row.repair->judgement);
    json["repair"]["name"] = row.repair->name;
  }
  if (row.turned_degrees != 0) json["turned_degrees"] = row.turned_degrees;
  json["embedding_spread_deg"] = number(row.reading.spread_deg);
  json["embedding_norm"] = number(row.reading.norm);
  const Box& box = row.found.box;
  json["box"] = {box.x, box.y, box.width, box.height};
  for (std::size_t i = 0; i < row.reading.quality.size(); ++i) {
    const QualityValue& value = row.reading.quality[i];
    json["measures"][quality_measures()[i].name] = {number(value.raw), value.score};
  }
  return json;
}

nlohmann::ordered_json reach_json(const FlagReach& reach) {
  return {{"faces", reach.faces},
          {"reference_people", reach.reference_people},
          {"least_p", reach.least_p},
          {"faces_needed_at_least_p", reach.faces_needed},
          {"reference_people_for_one_face", reach.people_for_one}};
}

std::array<std::size_t, 3> counts(const std::vector<TriageRow>& rows) {
  std::array<std::size_t, 3> count{};
  for (const TriageRow& row : rows) ++count[static_cast<std::size_t>(row.decision)];
  return count;
}

/// "2 files could not be read: a.jpg, b.png"; "" where all could be.
std::string unreadable_files(const std::vector<TriageRow>& rows, const TriageDocument& document) {
  constexpr std::size_t kMostNamed = 10;
  std::vector<std::string> names;
  for (const TriageRow& row : rows)
    if (row.reading.status == Status::undecodable) names.push_back(photograph_name(row, document));
  if (names.empty()) return "";
  const std::size_t unnamed = names.size() - std::min(names.size(), kMostNamed);
  const std::string count = fmt::format("{} could not be read: ", names.size());
  names.resize(names.size() - unnamed);
  return count + fmt::format("{}{}\n", fmt::join(names, ", "),
                             unnamed > 0 ? fmt::format(" and {} more", unnamed) : "");
}

}  // namespace

std::string triage_csv(const std::vector<TriageRow>& rows, const TriageDocument& document) {
  std::string text = header(document);
  for (const std::size_t i : by_trust(rows)) text += line(rows, i, document);
  return text;
}

std::string triage_json(const std::vector<TriageRow>& rows, const TriageDocument& document) {
  const TrustCalibration& by = document.calibration;
  const auto [keep, salvage, discard] = counts(rows);
  nlohmann::ordered_json json = {
      {"format", "robench triage"},
      {"version", 1},
      {"calibration",
       {{"sha256", document.calibration_sha256},
        {"model", by.versions.model},
        {"data", document.names ? "" : by.data},
        {"subjects", by.subjects},
        {"threshold", by.threshold},
        {"target_fmr", by.target_fmr},
        {"coverage", by.coverage}}},
      {"keep_from_p_usable", document.keep},
      {"flags_at_p_adjusted", kFlagRate},
      {"counts", {{"rows", rows.size()}, {"keep", keep}, {"salvage", salvage}, {"discard", discard}}}};
  if (by.flags) json["flag_reach"] = reach_json(flag_reach(rows, by));
  json["rows"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto row = row_json(rows[i], document);
    if (document.ofiq) row["ofiq"] = document.ofiq->json(i);
    json["rows"].push_back(std::move(row));
  }
  return json_lines(json) + "\n";
}

std::string triage_summary(const std::vector<TriageRow>& rows, const TriageDocument& document) {
  const TrustCalibration& by = document.calibration;
  const auto [keep, salvage, discard] = counts(rows);
  std::size_t failed = 0;
  for (const TriageRow& row : rows) failed += row.ok() ? 0 : 1;
  std::string text = fmt::format(
      "{} rows: keep {}, salvage {}, discard {} (of them {} without a usable face or file)\n",
      rows.size(), keep, salvage, discard, failed);
  text += fmt::format(
      "kept where the probability of being usable is at least {:.3f} ({}), salvaged where a repair "
      "reaches it\n",
      document.keep,
      document.keep == by.keep ? "nine in ten clean photographs of the calibration reach it; --keep"
                               : "--keep");
  text += unreadable_files(rows, document);
  if (!by.flags) return text + "no flags: the calibration has none (" + by.flags_refused + ")\n";
  return text + flag_summary(rows, by);
}

EmbeddingMatrix triage_vectors(const std::vector<TriageRow>& rows, int dim) {
  EmbeddingMatrix vectors = EmbeddingMatrix::Zero(static_cast<Eigen::Index>(rows.size()), dim);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].ok()) continue;
    const bool mended = rows[i].decision == Decision::salvage && rows[i].repair;
    vectors.row(static_cast<Eigen::Index>(i)) = mended ? rows[i].repair->vector : rows[i].reading.vector;
  }
  return vectors;
}

}  // namespace robench
