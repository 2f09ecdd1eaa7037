// SPDX-License-Identifier: Apache-2.0
// Bands and outlier flags on LFW: prints the tables of docs/confidence_on_lfw.md. Not a test.
#include <cstdlib>
#include <iostream>

#include "perturb/error.h"
#include "tests/confidence/band_coverage.h"
#include "tests/confidence/flag_alarms.h"

int main(int argc, char** argv) {
  using namespace robench;
  if (argc != 2) {
    std::cerr << "usage: confidence_on_lfw ROOT\n"
                 "ROOT holds LFW with pairs.txt and manifest.csv; first run\n"
                 "  robench suite lighting --data lfw:ROOT,ROOT/pairs.txt,ROOT/manifest.csv\n";
    return 2;
  }
  try {
    const confidence::LfwTables lfw = confidence::read_lfw("lighting", argv[1]);
    for (std::size_t model = 0; model < lfw.experiment.cards.size(); ++model)
      confidence::print_band_coverage(lfw, model, 50);
    const confidence::CaptureMeasures measures(lfw);
    for (std::size_t model = 0; model < lfw.experiment.cards.size(); ++model)
      confidence::print_flag_alarms(lfw, measures, model, 54);  // each perturbation unseen six times
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
