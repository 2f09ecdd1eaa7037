// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/gate_report.h"
#include "reports/markdown.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr std::size_t kMostGateRows = 12;  // in one verdict: a table of 60 conditions is not read

}  // namespace

std::string gate_markdown(const GateReport& report) {
  const std::string reason = one_line(gate_reason(report));
  const std::size_t head = reason.find(':');
  std::string text = fmt::format("### Gate: {}\n\n{}\n", markdown_text(reason.substr(0, head)),
                                 markdown_text(reason.substr(head + 2)));
  for (const std::string& note : report.notes) text += "\n" + markdown_text(one_line(note)) + "\n";
  for (const GateVerdict verdict : {GateVerdict::fail, GateVerdict::undecided}) {
    const auto checks = worst_checks(report, verdict);
    if (checks.empty()) continue;
    MarkdownTable table({std::string(to_string(verdict)), "found"});
    table.align(1, Align::left);
    for (std::size_t i = 0; i < std::min(kMostGateRows, checks.size()); ++i)
      table.add({markdown_code(checks[i]->name), markdown_text(one_line(checks[i]->found))});
    text += "\n" + table.text();
    if (checks.size() > kMostGateRows)
      text += fmt::format("\nand {} more\n", checks.size() - kMostGateRows);
  }
  return text;
}

}  // namespace robench
