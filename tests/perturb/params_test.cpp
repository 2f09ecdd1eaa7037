// SPDX-License-Identifier: Apache-2.0
#include "perturb/params.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

#include "perturb/random_stream.h"

using namespace robench;

TEST_SUITE_BEGIN("perturb");

TEST_CASE("numbers are written in the shortest plain way") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(3.0) == "3");
  CHECK(shortest(2.2) == "2.2");
  CHECK(shortest(-0.5) == "-0.5");
  CHECK(shortest(-0.0) == "0");
  CHECK(shortest(100000) == "100000");
  CHECK(shortest(0.001) == "0.001");
  CHECK(shortest(1e20) == "1e+20");
  CHECK(shortest(1.0 / 3.0) == "0.3333333333333333");
}

TEST_CASE("every number reads back as itself") {
  const RandomStream stream(1, "shortest", "", "", 0);
  for (std::uint64_t i = 0; i < 2000; i += 2) {
    const double value = (stream.uniform(i) - 0.5) * std::exp2(stream.uniform(i + 1, -60, 60));
    CHECK(std::strtod(shortest(value).c_str(), nullptr) == value);
  }
}

TEST_CASE("the canonical form has sorted keys and can leave one out") {
  Params params;
  params.set("ratio_ev", 2.5);
  params.set("azimuth_deg", -80.0);
  params.set("direction", "right");
  CHECK(params.canonical() == "azimuth_deg=-80;direction=right;ratio_ev=2.5");
  CHECK(params.canonical("ratio_ev") == "azimuth_deg=-80;direction=right");
  CHECK(params.canonical("unknown") == params.canonical());
  CHECK(Params().canonical().empty());
}

TEST_CASE("values are set, replaced and erased") {
  Params params;
  params.set("gamma", 2.0);
  params.set("gamma", 3.0);
  CHECK(params.number("gamma") == 3.0);
  params.erase("gamma");
  params.erase("gamma");
  CHECK_FALSE(params.contains("gamma"));
  CHECK(params == Params());
}

TEST_SUITE_END();
