// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <doctest/doctest.h>

#include "models/model_card.h"
#include "models/zoo.h"

namespace robench::test {

/// Whether tests may use the fetched weights of these shipped cards. They do with ROBENCH_TEST_ZOO=1,
/// and then a missing file is a failure, but for models on demand, which `make test-zoo` does not fetch
/// (a package of 144 MB); what is skipped is said aloud. Such tests are named "zoo: ...", so that
/// `make test-zoo` can pick them.
[[nodiscard]] inline bool zoo_is_asked_for(std::initializer_list<const char*> cards,
                                           const char* what_is_skipped) {
  const char* asked = std::getenv("ROBENCH_TEST_ZOO");
  if (asked == nullptr || std::string_view(asked) != "1") {
    MESSAGE("SKIPPED: " << std::string(what_is_skipped) << " (ROBENCH_TEST_ZOO is not 1)");
    return false;
  }
  const auto on_demand = on_demand_card_names();
  for (const char* name : cards) {
    const ModelCard card = find_model_card(name);
    const bool fetched = std::all_of(card.files.begin(), card.files.end(), is_fetched);
    if (!fetched && std::find(on_demand.begin(), on_demand.end(), name) != on_demand.end()) {
      MESSAGE("SKIPPED: " << std::string(what_is_skipped) << " (`robench models fetch "
                          << std::string(name) << "` brings it)");
      return false;
    }
    INFO("`robench models fetch` brings the weights of " << std::string(name));
    REQUIRE(fetched);
  }
  return true;
}

}  // namespace robench::test
