// SPDX-License-Identifier: Apache-2.0
#include "suites/command.h"

#include "suites/commands/commands.h"

namespace robench {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"suite", "run a suite: perturb, embed, measure, report", suite_command},
      {"plan", "what a suite would run, and what it would cost; does no work", plan_command},
      {"list", "perturbations, models, metrics, writers, suites, detectors", list_command},
      {"preview", "contact sheet of one face under every condition of a suite", preview_command},
      {"models", "fetch, list and check the models", models_command},
      {"report", "turn a run.json into a document", report_command},
      {"compare", "two runs, person by person: better, worse, equivalent", compare_command},
      {"gate", "may this run's model replace the baseline's? exit 0 or 1", gate_command},
      {"perturb", "perturbed copies of photographs, for use elsewhere", perturb_command},
      {"embed", "embeddings and landmarks of photographs, for R or Python", embed_command},
      {"data", "fetch data sets; what is there, and where the photographs already lie", data_command},
      {"metrics", "the statistics of scores or embeddings that were made elsewhere", metrics_command},
      {"calibrate", "what a model's confidence is judged by, fitted on people you know",
       calibrate_command},
      {"triage", "which photographs of a heap may be trusted, and why not", triage_command},
  };
  return table;
}

}  // namespace robench
