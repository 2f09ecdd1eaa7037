// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/findings.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/markup.h"

namespace robench {
namespace {

std::string gates_html(const RunRecord& run) {
  if (run.gates.empty()) return "";
  HtmlTable table("Gates of the suite", {"gate", "verdict", "found"});
  for (const GateRecord& gate : run.gates)
    table.add({{"<code>" + markup_text(gate.text) + "</code>"},
               {gate.passed ? "<span class=\"good\">✓ passed</span>"
                            : "<strong class=\"bad\">✗ failed</strong>"},
               {markup_sentence(gate.found)}});
  return table.text();
}

}  // namespace

std::string html_section(const std::string& id, const std::string& title, const std::string& inside) {
  if (inside.empty()) return "";
  return fmt::format(
             "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n", id,
             title) +
         inside + "</section>\n";
}

std::string html_findings(const RunRecord& run) {
  const std::vector<std::string> sentences = run.findings.empty() ? findings(run) : run.findings;
  std::string text = "<ol class=\"findings\">\n";
  for (const std::string& sentence : sentences) text += "<li>" + markup_sentence(sentence) + "</li>\n";
  return html_section("findings", "Findings", text + "</ol>\n" + gates_html(run));
}

}  // namespace robench
