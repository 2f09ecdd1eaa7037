// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/realism_figures.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "metrics/subject_bootstrap.h"
#include "perturb/random_stream.h"

namespace robench::realism {
namespace {

struct Band {
  double from_deg;
  double to_deg;
  const char* name;
};
constexpr std::array kBands{Band{0, 26, "below 26"}, Band{26, 51, "26 to 51"}, Band{51, 78, "51 to 78"},
                            Band{78, 180, "over 78"}};

using Weights = std::vector<float>;
using Statistic = std::function<double(const Weights&)>;

std::vector<double> angles(const Group& group) {
  std::vector<double> angle;
  for (const Light& light : group.directions) angle.push_back(light.angle_deg());
  return angle;
}

// The statistic over all subjects, and its spread when subjects are drawn anew; every statistic sees the
// same draws, so that differences are paired.
Figure figure(std::string name, int subjects, const Statistic& statistic) {
  constexpr std::uint64_t kSeed = 1;
  const SubjectBootstrap bootstrap(subjects, kSeed);
  std::vector<double> replicates;
  for (int r = 0; r < bootstrap.replicates(); ++r)
    replicates.push_back(statistic(bootstrap.of_replicate(r)));
  return {std::move(name), statistic(Weights(static_cast<std::size_t>(subjects), 1.0F)),
          percentile_interval(replicates)};
}

double ratio_in_band(const Group& group, const Band& band, const Weights& weight) {
  const std::vector<double> real = mean_drift(group, Source::real, weight);
  const std::vector<double> synthetic = mean_drift(group, Source::synthetic, weight);
  double real_sum = 0;
  double synthetic_sum = 0;
  for (std::size_t d = 0; d < real.size(); ++d) {
    const double angle = group.directions[d].angle_deg();
    if (angle < band.from_deg || angle >= band.to_deg || std::isnan(real[d])) continue;
    real_sum += real[d];
    synthetic_sum += synthetic[d];
  }
  return synthetic_sum / real_sum;
}

// Correlation between the real drift of one half of the subjects and of the other, mean of many
// halvings. A subject drawn twice stays on one side.
double between_halves(const Group& group, const Weights& weight, const std::vector<double>& angle,
                      bool partial, int halvings, const RandomStream& stream) {
  std::vector<std::size_t> drawn;
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (weight[i] > 0) drawn.push_back(i);
  std::uint64_t number = 0;
  double sum = 0;
  for (int halving = 0; halving < halvings; ++halving) {
    for (std::size_t i = drawn.size() - 1; i > 0; --i)
      std::swap(drawn[i],
                drawn[static_cast<std::size_t>(stream.uniform(number++) * static_cast<double>(i + 1))]);
    Weights one(weight.size(), 0.0F);
    Weights other = weight;
    for (std::size_t i = 0; i < drawn.size() / 2; ++i) std::swap(one[drawn[i]], other[drawn[i]]);
    const std::vector<double> a = mean_drift(group, Source::real, one);
    const std::vector<double> b = mean_drift(group, Source::real, other);
    sum += partial ? partial_rank_correlation(a, b, angle) : rank_correlation(a, b);
  }
  return sum / halvings;
}

Figure ceiling(const std::string& name, const Group& group, bool partial) {
  constexpr int kHalvings = 200;
  constexpr int kHalvingsPerDraw = 10;
  const int subjects = group.last - group.first;
  const std::vector<double> angle = angles(group);
  const RandomStream stream(1, "halves of the subjects", "", "", 0);
  Figure result = figure(name, subjects, [&](const Weights& w) {
    return between_halves(group, w, angle, partial, kHalvingsPerDraw, stream);
  });
  const Weights each(static_cast<std::size_t>(subjects), 1.0F);
  result.value = between_halves(group, each, angle, partial, kHalvings, stream);
  return result;
}

// 0 where a vector has not moved at all: then it points nowhere.
double cosine(const Eigen::VectorXf& a, const Eigen::VectorXf& b) {
  const double lengths = static_cast<double>(a.norm()) * static_cast<double>(b.norm());
  return lengths > 0 ? static_cast<double>(a.dot(b)) / lengths : 0.0;
}

// Per subject: mean cosine of the real shift with the shift of a source under the same lamp, under every
// other lamp, and under the lamp mirrored to the other side of the face.
struct ShiftAgreement {
  std::vector<double> matched, others, mirrored;
};

ShiftAgreement shift_agreement(const Group& group, Source source) {
  ShiftAgreement result;
  for (int s = group.first; s < group.last; ++s) {
    const auto& real = group.effects.at(Source::real).shift[static_cast<std::size_t>(s)];
    const auto& made = group.effects.at(source).shift[static_cast<std::size_t>(s)];
    std::array<double, 3> sum{};
    std::array<int, 3> count{};
    const auto add = [&](std::size_t kind, double value) {
      sum[kind] += value;
      ++count[kind];
    };
    for (std::size_t d = 0; d < real.size(); ++d) {
      if (real[d].size() == 0) continue;
      for (std::size_t e = 0; e < made.size(); ++e) {
        if (made[e].size() == 0) continue;
        const double agreement = cosine(real[d], made[e]);
        add(d == e ? 0 : 1, agreement);
        const Light& lamp = group.directions[d];
        if (d != e && group.directions[e] == Light{-lamp.azimuth_deg, lamp.elevation_deg})
          add(2, agreement);
      }
    }
    result.matched.push_back(sum[0] / count[0]);
    result.others.push_back(sum[1] / count[1]);
    result.mirrored.push_back(sum[2] / count[2]);
  }
  return result;
}

double weighted_mean(const std::vector<double>& values, const Weights& weight) {
  return std::inner_product(values.begin(), values.end(), weight.begin(), 0.0) /
         std::accumulate(weight.begin(), weight.end(), 0.0);
}

void add_correlations(const Group& group, std::vector<Figure>& figures) {
  const int subjects = group.last - group.first;
  const std::vector<double> angle = angles(group);
  const auto with_real = [&](Source source) {
    return [&, source](const Weights& w) {
      return rank_correlation(mean_drift(group, source, w), mean_drift(group, Source::real, w));
    };
  };
  const auto given_angle = [&](Source source) {
    return [&, source](const Weights& w) {
      return partial_rank_correlation(mean_drift(group, source, w), mean_drift(group, Source::real, w),
                                      angle);
    };
  };
  figures.push_back(figure("(i) rank correlation, side_light", subjects, with_real(Source::synthetic)));
  figures.push_back(figure("angle alone", subjects, [&](const Weights& w) {
    return rank_correlation(angle, mean_drift(group, Source::real, w));
  }));
  figures.push_back(figure("flat shadow", subjects, with_real(Source::flat)));
  const bool strengths_differ = group.effects.contains(Source::bright);
  if (strengths_differ)
    figures.push_back(figure("strength of the lamp alone", subjects, with_real(Source::bright)));
  figures.push_back(ceiling("half of the subjects by the other half", group, false));
  figures.push_back(
      figure("(ii) the same given the angle, side_light", subjects, given_angle(Source::synthetic)));
  figures.push_back(figure("flat shadow", subjects, given_angle(Source::flat)));
  if (strengths_differ)
    figures.push_back(figure("strength of the lamp alone", subjects, given_angle(Source::bright)));
  figures.push_back(figure("side_light minus flat shadow, paired", subjects, [&](const Weights& w) {
    return given_angle(Source::synthetic)(w) - given_angle(Source::flat)(w);
  }));
  figures.push_back(ceiling("half of the subjects by the other half", group, true));
}

void add_shifts(const Group& group, std::vector<Figure>& figures) {
  const int subjects = group.last - group.first;
  const ShiftAgreement light = shift_agreement(group, Source::synthetic);
  const ShiftAgreement flat = shift_agreement(group, Source::flat);
  const auto mean_of = [&](const std::vector<double>& values) {
    return [&values](const Weights& w) { return weighted_mean(values, w); };
  };
  const auto difference = [&](const std::vector<double>& a, const std::vector<double>& b) {
    return [&](const Weights& w) { return weighted_mean(a, w) - weighted_mean(b, w); };
  };
  figures.push_back(figure("(iv) cosine of the shifts, same lamp", subjects, mean_of(light.matched)));
  figures.push_back(figure("all other lamps", subjects, mean_of(light.others)));
  figures.push_back(
      figure("same minus others, paired", subjects, difference(light.matched, light.others)));
  figures.push_back(
      figure("same minus mirrored lamp, paired", subjects, difference(light.matched, light.mirrored)));
  figures.push_back(figure("flat shadow, same lamp", subjects, mean_of(flat.matched)));
}

}  // namespace

std::vector<double> mean_drift(const Group& group, Source source, std::span<const float> weight) {
  const SubjectTable& drift = group.effects.at(source).drift;
  return mean_over_subjects(drift.middleRows(group.first, group.last - group.first), weight);
}

std::vector<Figure> realism_figures(const Group& group) {
  std::vector<Figure> figures;
  add_correlations(group, figures);
  for (const Band& band : kBands)
    figures.push_back(figure(fmt::format("(iii) drift, side_light over real, {} degrees", band.name),
                             group.last - group.first,
                             [&](const Weights& w) { return ratio_in_band(group, band, w); }));
  add_shifts(group, figures);
  return figures;
}

}  // namespace robench::realism
