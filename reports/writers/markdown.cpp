// SPDX-License-Identifier: Apache-2.0
// report.md: what was found, in tables for people, as GitHub shows them.
#include "reports/markdown.h"

#include <fmt/format.h>

#include "reports/findings.h"
#include "reports/fusion_section.h"
#include "reports/group_section.h"
#include "reports/report_sections.h"
#include "reports/summary_section.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

std::string findings_section(const RunRecord& run) {
  const std::vector<std::string> sentences = run.findings.empty() ? findings(run) : run.findings;
  std::string text = "\n## Findings\n\n";
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    text += fmt::format("{}. {}\n", i + 1, markdown_sentence(sentences[i]));
  }
  return text;
}

std::string gates_section(const RunRecord& run) {
  if (run.gates.empty()) return "";
  MarkdownTable table({"gate", "verdict", "found"});
  for (std::size_t column : {1, 2}) table.align(column, Align::left);
  for (const GateRecord& gate : run.gates) {
    table.add({markdown_code(gate.text), gate.passed ? "passed" : "**FAILED**",
               markdown_sentence(gate.found)});
  }
  return "\n## Gates\n\n" + table.text();
}

std::string write_markdown(const RunRecord& run) {
  const ModelComparison comparison = compare_models(run);
  return fmt::format("# {} on {}\n\n", markdown_text(run.suite), markdown_text(run.data)) +
         what_was_run(run, comparison) + findings_section(run) + gates_section(run) +
         comparison_section(comparison) + summary_section(run) + verification_section(run) +
         group_section(run) + geometry_section(run) + fusion_section(run) + acquisition_section(run) +
         notes_section(run) + provenance_section(run);
}

}  // namespace

WriterSpec markdown() {
  return {"markdown", "findings, tables, notes and provenance for people", "report.md", write_markdown};
}

}  // namespace robench::writers
