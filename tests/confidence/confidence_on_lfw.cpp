// SPDX-License-Identifier: Apache-2.0
// Bands and outlier flags on LFW: prints the tables of docs/confidence_on_lfw.md. Not a test.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

#include "perturb/error.h"
#include "tests/confidence/band_coverage.h"
#include "tests/confidence/flag_alarms.h"

int main(int argc, char** argv) {
  using namespace robench;
  constexpr int kSplits = 54;  // each perturbation unseen six times
  const bool capture_alone = argc == 3 && argv[2] == std::string_view("capture");
  if (argc != 2 && !capture_alone) {
    std::cerr << "usage: confidence_on_lfw ROOT [capture]\n"
                 "ROOT holds LFW with pairs.txt and manifest.csv; first run\n"
                 "  robench suite lighting --data lfw:ROOT,ROOT/pairs.txt,ROOT/manifest.csv\n"
                 "which the capture flag alone does not need\n";
    return 2;
  }
  try {
    const confidence::LfwTables lfw = confidence::read_lfw("lighting", argv[1]);
    if (capture_alone) {
      confidence::print_flag_alarms(lfw, confidence::CaptureMeasures(lfw), std::nullopt, kSplits);
      return 0;
    }
    for (std::size_t model = 0; model < lfw.experiment.cards.size(); ++model)
      confidence::print_band_coverage(lfw, model, 50);
    const confidence::CaptureMeasures measures(lfw);
    for (std::size_t model = 0; model < lfw.experiment.cards.size(); ++model)
      confidence::print_flag_alarms(lfw, measures, model, kSplits);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
