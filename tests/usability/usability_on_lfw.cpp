// SPDX-License-Identifier: Apache-2.0
// Can usable pictures be told from unusable ones under harms that the calibration never saw? Prints
// tables. Not a test.
#include <iostream>

#include "models/store.h"
#include "tests/usability/usability_judgement.h"

int main(int argc, char** argv) {
  using namespace robench;
  if (argc < 5) {
    std::cerr << "usage: usability_on_lfw ROOT TABLES PEOPLE MODEL...\n"
                 "ROOT holds LFW with pairs.txt; TABLES keeps what was read of the pictures; PEOPLE, at "
                 "most\n";
    return 2;
  }
  try {
    const usability::Study study =
        usability::plan_study(argv[1], {argv + 4, argv + argc}, std::stoi(argv[3]));
    const auto readings = usability::read_pictures(study, argv[2]);
    for (std::size_t model = 0; model < readings.size(); ++model) {
      const auto scored = usability::scored_pictures(study, model, readings[model]);
      write_file_atomically(
          std::filesystem::path(argv[2]) / (study.experiment.cards[model].name + ".csv"),
          usability::scored_csv(study, scored));
      usability::print_usability(study, model, scored);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
