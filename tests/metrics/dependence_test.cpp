// SPDX-License-Identifier: Apache-2.0
#include "metrics/dependence.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

// Twelve items of small whole numbers by a rule, so that NumPy can be given the same.
constexpr int kItems = 12;
Matrix points_x() {
  Matrix x(kItems, 3);
  for (int i = 0; i < kItems; ++i)
    x.row(i) << (7 * i * i + 3 * i) % 11, (5 * i + 2) % 7, (3 * i * i * i + i) % 13;
  return x;
}
Matrix points_y() {
  Matrix y(kItems, 2);
  for (int i = 0; i < kItems; ++i)
    y.row(i) << (7 * i * i + 3 * i) % 11 + (4 * i) % 5, (2 * i * i + 1) % 9;
  return y;
}
Matrix points_z() {
  Matrix z(kItems, 1);
  for (int i = 0; i < kItems; ++i) z(i, 0) = (5 * i + 2) % 7 + (i * i) % 3;
  return z;
}

Matrix normal_points(std::string_view name, Eigen::Index items, Eigen::Index dim) {
  const RandomStream stream(3, name, "", "", 0);
  Matrix points(items, dim);
  for (Eigen::Index i = 0; i < points.size(); ++i) points(i) = stream.normal(i);
  return points;
}

std::vector<RelabelledPairs::Order> orders_of(std::size_t items, int count) {
  const RandomStream stream(4, "orders", "", "", 0);
  std::vector<RelabelledPairs::Order> orders;
  for (int k = 0; k < count; ++k) orders.push_back(random_order(items, stream.fork(std::to_string(k))));
  return orders;
}

double half_width(const Dependence& dependence) { return dependence.value - dependence.ci95.low; }

TEST_SUITE("metrics") {
  // The numbers were computed with NumPy 1.24 by the definitions: U-centring for distance correlation
  // (equal to the formula of Szekely and Rizzo 2013 to 1e-15), partial distance correlation by
  // projection, the unbiased HSIC of Song et al. 2012 equation 5, standard errors by leaving out items.
  TEST_CASE("dependence: agrees with NumPy") {
    const PairMatrix x = PairMatrix::distances(points_x()), y = PairMatrix::distances(points_y()),
                     z = PairMatrix::distances(points_z());
    const auto dcor = dependence(x, y);
    REQUIRE(dcor.has_value());
    CHECK(dcor->value == doctest::Approx(0.37957509013411456).epsilon(1e-9));
    CHECK(half_width(*dcor) == doctest::Approx(1.96 * 0.3087185991514478).epsilon(1e-9));
    CHECK(dcor->items == kItems);
    const auto partial = partial_dependence(x, y, z);
    REQUIRE(partial.has_value());
    CHECK(partial->value == doctest::Approx(0.38267306171526466).epsilon(1e-9));
    CHECK(half_width(*partial) == doctest::Approx(1.96 * 0.27517928085225807).epsilon(1e-9));
    const auto cka = dependence(PairMatrix::products(points_x()), PairMatrix::products(points_y()));
    REQUIRE(cka.has_value());
    CHECK(cka->value == doctest::Approx(0.4738217928650359).epsilon(1e-9));
    CHECK(half_width(*cka) == doctest::Approx(1.96 * 0.3063185348824234).epsilon(1e-9));
  }

  TEST_CASE("dependence: four points by hand") {
    // x = 0, 1, 2, 3: rows of distances sum to 6, 4, 4, 6, all to 20. Centred: a - (ri + rj) / 2 + 20/6.
    Matrix line(4, 1);
    line << 0, 1, 2, 3;
    const PairMatrix x = PairMatrix::distances(line);
    CHECK(x.sum() == 20);
    const Matrix centred = x.centred();
    CHECK(centred(0, 1) == doctest::Approx(1 - 5 + 20.0 / 6));
    CHECK(centred(0, 3) == doctest::Approx(3 - 6 + 20.0 / 6));
    CHECK(centred.rowwise().sum().cwiseAbs().maxCoeff() < 1e-12);
    CHECK(unbiased_product(x, x).value == doctest::Approx(centred.squaredNorm() / 4));
  }

  TEST_CASE("dependence: the same space has 1, whatever its origin, scale and rotation") {
    const Matrix a = normal_points("a", 40, 3);
    Matrix turned = a;
    turned.col(0) = 0.6 * a.col(0) - 0.8 * a.col(1);
    turned.col(1) = 0.8 * a.col(0) + 0.6 * a.col(1);
    const Matrix moved = 1e6 * (turned.array() + 5).matrix();
    for (auto pairs : {&PairMatrix::distances, &PairMatrix::products}) {
      const auto same = dependence(pairs(a), pairs(moved));
      REQUIRE(same.has_value());
      CHECK(same->value == doctest::Approx(1.0).epsilon(1e-9));
    }
  }

  TEST_CASE("dependence: no bias from many dimensions, unlike the plain forms") {
    double sum = 0;
    const int runs = 60;
    for (int run = 0; run < runs; ++run) {
      const auto r = dependence(PairMatrix::products(normal_points("a" + std::to_string(run), 30, 60)),
                                PairMatrix::products(normal_points("b" + std::to_string(run), 30, 60)));
      REQUIRE(r.has_value());
      sum += r->value;
    }
    CHECK(std::abs(sum / runs) < 0.02);  // plain linear CKA of such data is about 0.67
  }

  TEST_CASE("dependence: partial removes what the third explains") {
    const Matrix z = normal_points("z", 300, 1);
    const Matrix a = z + 0.5 * normal_points("a", 300, 1), b = z + 0.5 * normal_points("b", 300, 1);
    const PairMatrix x = PairMatrix::distances(a), y = PairMatrix::distances(b),
                     given = PairMatrix::distances(z);
    CHECK(dependence(x, y)->value > 0.4);
    CHECK(partial_dependence(x, y, given)->value < 0.15);
    const auto orders = orders_of(300, 99);
    CHECK(dependence_p(x, y, orders) == doctest::Approx(0.01));
    const PairMatrix own = PairMatrix::distances(normal_points("c", 300, 1));
    CHECK(dependence_p(own, y, orders) > 0.02);
    CHECK(partial_dependence_p(own, y, given, orders) > 0.02);
  }

  TEST_CASE("dependence: items that do not differ have no answer") {
    const PairMatrix constant = PairMatrix::distances(Matrix::Constant(20, 3, 0.25));
    const PairMatrix other = PairMatrix::distances(normal_points("a", 20, 3));
    CHECK_FALSE(dependence(constant, other).has_value());
    CHECK_FALSE(dependence(PairMatrix::products(Matrix::Constant(20, 3, 0.1)), other).has_value());
    CHECK_FALSE(partial_dependence(other, other, constant).has_value());
  }
}

}  // namespace
}  // namespace robench
