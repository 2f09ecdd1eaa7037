// SPDX-License-Identifier: Apache-2.0
#include "metrics/template_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <tbb/parallel_for.h>

#include "perturb/error.h"

namespace robench {
namespace {
constexpr std::size_t kProbesOfBlock = 256;
constexpr std::size_t kBlocksOfWave = 16;
}  // namespace

Templates::Templates(Comparison comparison, const EvaluationData& data, const EmbeddingTable& clean)
    : comparison_(comparison), data_(data) {
  std::vector<std::uint32_t> samples;
  int sessions = 0;
  for (std::uint32_t i = 0; i < data.subject.size(); ++i) {
    sessions = std::max(sessions, data.session[i] + 1);
    if (data.subject[i] >= 0 && clean.ok(i)) samples.push_back(i);
  }
  const EmbeddingMatrix ready = made_ready(clean, samples);
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(data.subject_count, clean.vectors.cols());
  counts_.assign(data.subject_count, 0);
  parts_.resize(sessions);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    const int subject = data.subject[samples[k]];
    const Eigen::VectorXd row = ready.row(static_cast<Eigen::Index>(k)).cast<double>();
    sums.row(subject) += row;
    ++counts_[subject];
    Part& part = parts_[data.session[samples[k]]][subject];
    if (part.count++ == 0) part.sum = Eigen::VectorXd::Zero(row.size());
    part.sum += row;
  }
  sums_ = sums.cast<float>();
  squared_ = sums.rowwise().squaredNorm();
}

EmbeddingMatrix Templates::made_ready(const EmbeddingTable& table,
                                      std::span<const std::uint32_t> samples) const {
  EmbeddingMatrix rows(std::ssize(samples), table.vectors.cols());
  for (Eigen::Index k = 0; k < rows.rows(); ++k) {
    rows.row(k) = table.vectors.row(samples[k]);
    const double length = rows.row(k).cast<double>().norm();
    if (comparison_ == Comparison::cosine && length > 0)
      rows.row(k) = (rows.row(k).cast<double>() / length).cast<float>();
  }
  return rows;
}

double Templates::score(double dot, double squared_sum, double count, double squared_probe) const {
  if (comparison_ == Comparison::cosine) return squared_sum > 0 ? dot / std::sqrt(squared_sum) : 0;
  return -std::sqrt(std::max(0.0, squared_probe - 2 * dot / count + squared_sum / (count * count)));
}

std::vector<TemplateScore> Templates::scores_of(const EmbeddingTable& probes,
                                                std::span<const std::uint32_t> samples) const {
  const EmbeddingMatrix rows = made_ready(probes, samples);
  const EmbeddingMatrix dots = rows * sums_.transpose();
  std::vector<TemplateScore> scores;
  scores.reserve(samples.size() * counts_.size());
  for (Eigen::Index k = 0; k < rows.rows(); ++k) {
    const std::uint32_t sample = samples[k];
    const Eigen::VectorXd probe = rows.row(k).cast<double>();
    const auto& left_out = parts_[data_.session[sample]];
    for (int subject = 0; subject < std::ssize(counts_); ++subject) {
      double dot = dots(k, subject);
      double squared = squared_[subject];
      double count = counts_[subject];
      if (const auto part = left_out.find(subject); part != left_out.end()) {
        const Eigen::VectorXd rest = sums_.row(subject).transpose().cast<double>() - part->second.sum;
        dot = probe.dot(rest);
        squared = rest.squaredNorm();
        count -= part->second.count;
      }
      if (count > 0)
        scores.push_back(
            {data_.subject[sample], subject, score(dot, squared, count, probe.squaredNorm())});
    }
  }
  return scores;
}

void Templates::score(const EmbeddingTable& probes,
                      const std::function<void(const TemplateScore&)>& take) const {
  std::vector<std::uint32_t> samples;
  for (std::uint32_t i = 0; i < data_.subject.size(); ++i)
    if (data_.subject[i] >= 0 && probes.ok(i)) samples.push_back(i);
  const std::size_t blocks = (samples.size() + kProbesOfBlock - 1) / kProbesOfBlock;
  std::vector<std::vector<TemplateScore>> wave(kBlocksOfWave);
  for (std::size_t first = 0; first < blocks; first += kBlocksOfWave) {
    const std::size_t size = std::min(kBlocksOfWave, blocks - first);
    tbb::parallel_for(std::size_t{0}, size, [&](std::size_t k) {
      const std::size_t begin = (first + k) * kProbesOfBlock;
      const std::size_t end = std::min(begin + kProbesOfBlock, samples.size());
      wave[k] = scores_of(probes, std::span(samples).subspan(begin, end - begin));
    });
    for (std::size_t k = 0; k < size; ++k)
      for (const TemplateScore& score : wave[k]) take(score);
  }
}

void HighScores::offer(double score) {
  ++count_;
  scores_.push_back(score);
  if (scores_.size() < 2 * keep_ + 4096) return;
  std::nth_element(scores_.begin(), scores_.begin() + static_cast<std::ptrdiff_t>(keep_), scores_.end(),
                   std::greater<>());
  scores_.resize(keep_);
}

double HighScores::threshold(double target) const {
  const auto allowed = static_cast<std::size_t>(target * static_cast<double>(count_) * (1 + 1e-12));
  ROBENCH_ASSERT(allowed < scores_.size());
  std::vector<double> scores = scores_;
  const auto place = scores.begin() + static_cast<std::ptrdiff_t>(allowed);
  std::nth_element(scores.begin(), place, scores.end(), std::greater<>());
  return std::nextafter(*place, std::numeric_limits<double>::infinity());
}

}  // namespace robench
