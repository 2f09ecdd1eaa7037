// SPDX-License-Identifier: Apache-2.0
#include "metrics/power.h"

#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }
double z_alpha(const TestPlan& plan) { return normal_quantile(1 - plan.alpha / 2); }
double z_power(const TestPlan& plan) { return normal_quantile(plan.power); }

}  // namespace

double design_effect(double per_subject, double correlation) {
  ROBENCH_ASSERT(per_subject >= 1 && correlation >= 0 && correlation <= 1);
  return 1 + (per_subject - 1) * correlation;
}

double comparisons_by_rule_of_three(double rate) {
  ROBENCH_ASSERT(rate > 0);
  return 3 / rate;
}

double comparisons_by_rule_of_thirty(double rate) {
  ROBENCH_ASSERT(rate > 0);
  return 30 / rate;
}

double smallest_rate_with_thirty_errors(double comparisons) { return 30 / comparisons; }

double comparisons_for_margin(double rate, double margin) {
  ROBENCH_ASSERT(rate > 0 && rate < 1 && margin > 0);
  return std::pow(z_alpha({}) / margin, 2) * rate * (1 - rate);
}

double comparisons_per_group(double rate_a, double rate_b, const TestPlan& plan) {
  ROBENCH_ASSERT(rate_a != rate_b);
  const double mean = (rate_a + rate_b) / 2;
  const double root = z_alpha(plan) * std::sqrt(2 * mean * (1 - mean)) +
                      z_power(plan) * std::sqrt(rate_a * (1 - rate_a) + rate_b * (1 - rate_b));
  return std::pow(root / (rate_a - rate_b), 2);
}

double pairs_for_difference(double difference, double discordant, const TestPlan& plan) {
  ROBENCH_ASSERT(difference != 0 && std::abs(difference) <= discordant && discordant <= 1);
  const double root = z_alpha(plan) * std::sqrt(discordant) +
                      z_power(plan) * std::sqrt(discordant - difference * difference);
  return std::pow(root / difference, 2);
}

double detectable_difference(double pairs, double discordant, const TestPlan& plan) {
  ROBENCH_ASSERT(discordant > 0 && discordant <= 1);
  if (!(pairs > 0) || pairs_for_difference(discordant, discordant, plan) > pairs)
    return std::numeric_limits<double>::quiet_NaN();
  double too_small = 0;
  double enough = discordant;
  for (int step = 0; step < 100; ++step) {  // more pairs for a smaller difference: bisection
    const double middle = (too_small + enough) / 2;
    (pairs_for_difference(middle, discordant, plan) > pairs ? too_small : enough) = middle;
  }
  return enough;
}

}  // namespace robench
