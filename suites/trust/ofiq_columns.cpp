// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/ofiq_columns.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "metrics/ranks.h"
#include "reports/csv.h"

namespace robench {
namespace {

/// Row of the largest face of each photograph.
std::map<std::size_t, std::size_t> largest_faces(const std::vector<TriageRow>& rows) {
  std::map<std::size_t, std::size_t> largest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].ok()) continue;
    const auto [known, is_new] = largest.try_emplace(rows[i].sample, i);
    if (!is_new && rows[i].found.box.area() > rows[known->second].found.box.area()) known->second = i;
  }
  return largest;
}

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  const Eigen::Map<const Eigen::VectorXf> x(a.data(), static_cast<Eigen::Index>(a.size()));
  const Eigen::Map<const Eigen::VectorXf> y(b.data(), static_cast<Eigen::Index>(b.size()));
  const Eigen::VectorXd dx = x.cast<double>().array() - x.cast<double>().mean();
  const Eigen::VectorXd dy = y.cast<double>().array() - y.cast<double>().mean();
  return dx.dot(dy) / (dx.norm() * dy.norm());
}

}  // namespace

OfiqColumns::OfiqColumns(const OfiqTable& table, const std::vector<TriageRow>& rows, const DataSet& data)
    : table_(table), rows_(rows), of_row_(rows.size(), nullptr) {
  for (const auto& [sample, row] : largest_faces(rows))
    of_row_[row] = table.find(data.samples[sample].photograph);
}

std::string OfiqColumns::header() const {
  std::string text;
  for (const std::string& name : table_.components())
    text += fmt::format(",ofiq.{0},ofiq.{0}.scalar", name);
  return text;
}

std::vector<std::string> OfiqColumns::cells(std::size_t row) const {
  std::vector<std::string> cells(2 * table_.components().size());
  if (!of_row_[row]) return cells;
  for (std::size_t k = 0; k < of_row_[row]->size(); ++k) {
    cells[2 * k] = csv_number(of_row_[row]->at(k).raw);
    cells[2 * k + 1] = std::to_string(of_row_[row]->at(k).score);
  }
  return cells;
}

nlohmann::ordered_json OfiqColumns::json(std::size_t row) const {
  if (!of_row_[row]) return nullptr;
  nlohmann::ordered_json object;
  for (std::size_t k = 0; k < of_row_[row]->size(); ++k) {
    const OfiqTable::Quality& quality = of_row_[row]->at(k);
    const auto raw =
        std::isnan(quality.raw) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(quality.raw);
    object[table_.components()[k]] = {raw, quality.score};
  }
  return object;
}

std::string OfiqColumns::summary() const {
  constexpr const char* kUnified = "UnifiedQualityScore";
  const auto& names = table_.components();
  const auto unified = std::find(names.begin(), names.end(), kUnified) - names.begin();
  std::size_t matched = 0;
  std::vector<float> theirs;
  std::vector<float> ours;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (!of_row_[row]) continue;
    ++matched;
    if (unified == std::ssize(names) || of_row_[row]->at(unified).score < 0) continue;
    theirs.push_back(static_cast<float>(of_row_[row]->at(unified).score));
    ours.push_back(static_cast<float>(rows_[row].judgement.p_usable));
  }
  std::string text = fmt::format("OFIQ: {} of {} lines belong to a face of this batch\n", matched,
                                 table_.photographs());
  constexpr std::size_t kFewest = 3;
  if (theirs.size() < kFewest) return text;
  const double r = correlation(rank_values(theirs).rank, rank_values(ours).rank);
  if (!std::isfinite(r)) return text;
  return text + fmt::format("  {} and the probability of being usable: Spearman {:.2f}, n = {}\n",
                            kUnified, r, theirs.size());
}

}  // namespace robench
