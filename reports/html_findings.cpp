// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/findings.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/markup.h"
#include "reports/numbers.h"

namespace robench {
namespace {

constexpr std::size_t kMostFailuresNamed = 3;  // below the title; the table has all

/// "1 of 2 gates FAILED: `fnmr of every model on gamma@5 <= 0.05`".
std::string gates_verdict(const RunRecord& run) {
  std::vector<std::string> failed;
  for (const GateRecord& gate : run.gates)
    if (!gate.passed) failed.push_back("<code>" + markup_text(gate.text) + "</code>");
  const std::size_t count = failed.size();
  const std::string all = counted(run.gates.size(), "gate");
  if (count == 0) return run.gates.size() == 1 ? "The gate passed" : fmt::format("All {} passed", all);
  if (count > kMostFailuresNamed) {
    failed.resize(kMostFailuresNamed);
    failed.push_back(fmt::format("and {} more", count - kMostFailuresNamed));
  }
  return fmt::format("{} of {} FAILED: {}", count, all, fmt::join(failed, ", "));
}

}  // namespace

std::string html_verdict(const RunRecord& run) {
  if (run.gates.empty()) return "";
  const bool passed = std::all_of(run.gates.begin(), run.gates.end(),
                                  [](const GateRecord& gate) { return gate.passed; });
  return fmt::format("<p class=\"verdict {}\">{} {}. <a href=\"#gates\">Gates</a></p>\n",
                     passed ? "passed" : "failed", passed ? "✓" : "✗", gates_verdict(run));
}

std::string html_gates(const RunRecord& run) {
  if (run.gates.empty()) return "";
  HtmlTable table("What the suite requires", {"gate", "verdict", "found"});
  table.css("keys");
  for (const GateRecord& gate : run.gates)
    table.add({{"<code>" + markup_text(gate.text) + "</code>"},
               {gate.passed ? "<span class=\"good\">✓ passed</span>"
                            : "<strong class=\"bad\">✗ failed</strong>"},
               {markup_sentence(gate.found)}});
  return html_section("gates", "Gates", table.text());
}

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
  return html_section("findings", "Findings", text + "</ol>\n");
}

}  // namespace robench
