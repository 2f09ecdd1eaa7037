// SPDX-License-Identifier: Apache-2.0
// Bands and outlier flags on LFW: prints the tables of docs/confidence_on_lfw.md. Not a test.
#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "perturb/error.h"
#include "tests/confidence/band_coverage.h"
#include "tests/confidence/flag_alarms.h"

int main(int argc, char** argv) {
  using namespace robench;
  constexpr int kSplits = 54;  // each perturbation unseen six times
  const std::string what = argc > 2 ? argv[2] : "all";
  const bool bands = what == "all" || what == "bands";
  const bool flags = what == "all" || what == "flags";
  if (argc < 2 || !(bands || flags || what == "capture")) {
    std::cerr << "usage: confidence_on_lfw ROOT [all|bands|flags|capture [MODEL...]]\n"
                 "ROOT holds LFW with pairs.txt and manifest.csv; first run\n"
                 "  robench suite lighting --data lfw:ROOT,ROOT/pairs.txt,ROOT/manifest.csv\n"
                 "of which flags need --only '*@2,*@4,*@5', and the capture flag alone nothing\n";
    return 2;
  }
  try {
    const std::vector<std::string> models(argv + std::min(argc, 3), argv + argc);
    const confidence::LfwTables lfw = confidence::read_lfw("lighting", argv[1], models);
    for (std::size_t model = 0; bands && model < lfw.experiment.cards.size(); ++model)
      confidence::print_band_coverage(lfw, model, 50);
    if (what == "bands") return 0;
    const confidence::CaptureMeasures measures(lfw);
    if (what == "capture") confidence::print_flag_alarms(lfw, measures, std::nullopt, kSplits);
    for (std::size_t model = 0; flags && model < lfw.experiment.cards.size(); ++model)
      confidence::print_flag_alarms(lfw, measures, model, kSplits);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
