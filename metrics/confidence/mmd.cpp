// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/mmd.h"

#include <algorithm>
#include <cmath>

#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {

Mmd::Mmd(const TwoSamples& samples) : person_(people_of_rows(samples.subject)) {
  const Eigen::Index n = samples.rows.rows();
  ROBENCH_ASSERT(static_cast<std::size_t>(n) == person_.size() && n >= 4);
  people_ = 1 + *std::max_element(person_.begin(), person_.end());
  const Eigen::VectorXd length = samples.rows.rowwise().squaredNorm();
  kernel_ = -2 * samples.rows * samples.rows.transpose();
  kernel_.colwise() += length;
  kernel_.rowwise() += length.transpose();
  std::vector<double> squared;
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < j; ++i)
      if (person_[i] != person_[j]) squared.push_back(std::max(0.0, kernel_(i, j)));
  bandwidth_ = std::sqrt(quantile(std::move(squared), 0.5));
  const double scale = bandwidth_ > 0 ? -0.5 / (bandwidth_ * bandwidth_) : 0;
  kernel_ = (kernel_.array().max(0.0) * scale).exp();
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < n; ++i)
      if (person_[i] == person_[j]) kernel_(i, j) = 0;
}

double Mmd::pairs(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  Eigen::VectorXd of_a = Eigen::VectorXd::Zero(people_);
  Eigen::VectorXd of_b = Eigen::VectorXd::Zero(people_);
  for (std::size_t i = 0; i < person_.size(); ++i) {
    of_a[person_[i]] += a[static_cast<Eigen::Index>(i)];
    of_b[person_[i]] += b[static_cast<Eigen::Index>(i)];
  }
  return a.sum() * b.sum() - of_a.dot(of_b);
}

double Mmd::squared(std::span<const int> in_second, const Eigen::VectorXd& weight) const {
  Eigen::VectorXd first = weight;
  Eigen::VectorXd second = weight;
  for (Eigen::Index i = 0; i < weight.size(); ++i) (in_second[i] != 0 ? first : second)[i] = 0;
  const Eigen::VectorXd to_first = kernel_ * first;
  return first.dot(to_first) / pairs(first, first) +
         second.dot(kernel_ * second) / pairs(second, second) -
         2 * second.dot(to_first) / pairs(first, second);
}

double Mmd::squared(std::span<const int> in_second) const {
  return squared(in_second, Eigen::VectorXd::Ones(static_cast<Eigen::Index>(in_second.size())));
}

MmdTest mmd_test(const TwoSamples& samples, int permutations, std::uint64_t seed) {
  const Mmd mmd(samples);
  MmdTest test;
  test.mmd2 = mmd.squared(samples.in_second);
  test.bandwidth = mmd.bandwidth();
  test.p = SubjectRelabelling(samples)
               .test(test.mmd2, permutations, seed, "mmd",
                     [&](std::span<const int> labels) { return mmd.squared(labels); })
               .p;
  return test;
}

}  // namespace robench
