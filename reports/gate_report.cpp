// SPDX-License-Identifier: Apache-2.0
#include "reports/gate_report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "perturb/error.h"
#include "reports/markup.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr std::size_t kMostFamilies = 3;
constexpr std::size_t kMostAnnotations = 10;  // GitHub shows no more of a step
constexpr int kTextColumns = 100;

std::int64_t count_of(const GateReport& report, GateVerdict verdict) {
  return std::count_if(report.checks.begin(), report.checks.end(),
                       [&](const GateCheck& check) { return check.verdict == verdict; });
}

/// "lighting (12 checks; fnmr of m on crop gamma@5: ...)" for the families with the largest excess.
std::string worst_families(const GateReport& report, GateVerdict verdict) {
  std::vector<std::pair<std::string, const GateCheck*>> families;
  std::map<std::string, int> counts;
  for (const GateCheck* check : worst_checks(report, verdict)) {
    const std::string family = check->family.empty() ? "the whole run" : check->family;
    if (counts[family]++ == 0) families.emplace_back(family, check);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostFamilies, families.size()); ++i)
    text += fmt::format("{}{} ({} check{}; {}: {})", i == 0 ? "" : "; ", families[i].first,
                        counts[families[i].first], counts[families[i].first] == 1 ? "" : "s",
                        families[i].second->name, families[i].second->found);
  if (families.size() > kMostFamilies)
    text += fmt::format("; and {} more", families.size() - kMostFamilies);
  return text;
}

/// Workflow commands end at a line end; % starts an escape.
std::string command_text(std::string_view text, bool property) {
  std::string result;
  for (const char c : one_line(text)) {
    if (c == '%')
      result += "%25";
    else if (property && c == ':')
      result += "%3A";
    else if (property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

std::string annotations_of(const GateReport& report, GateVerdict verdict, const char* command) {
  std::string text;
  const auto checks = worst_checks(report, verdict);
  for (std::size_t i = 0; i < std::min(kMostAnnotations, checks.size()); ++i)
    text += fmt::format("::{} title={}::{}\n", command, command_text(checks[i]->name, true),
                        command_text(checks[i]->found, false));
  if (checks.size() > kMostAnnotations)
    text += fmt::format("::{}::{} further checks: {}\n", command, checks.size() - kMostAnnotations,
                        to_string(verdict));
  return text;
}

std::string property(const char* name, const std::string& value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, markup_text(one_line(value)));
}

std::string test_case(const GateCheck& check, bool undecided_passes) {
  const std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                  markup_text("robench gate." + (check.family.empty() ? "run" : check.family)),
                  markup_text(check.name));
  if (check.verdict == GateVerdict::pass) return head + "/>\n";
  if (check.verdict == GateVerdict::undecided && undecided_passes)
    return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head,
                       markup_text(check.found));
  return fmt::format("{}>\n      <failure type=\"{}\" message=\"{}\"/>\n    </testcase>\n", head,
                     to_string(check.verdict), markup_text(check.found));
}

}  // namespace

std::string_view to_string(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::pass:
      return "pass";
    case GateVerdict::undecided:
      return "undecided";
    case GateVerdict::fail:
      return "fail";
  }
  ROBENCH_ASSERT(false && "a verdict without a name");
  return {};
}

std::vector<const GateCheck*> worst_checks(const GateReport& report, GateVerdict verdict) {
  std::vector<const GateCheck*> checks;
  for (const GateCheck& check : report.checks)
    if (check.verdict == verdict) checks.push_back(&check);
  std::stable_sort(checks.begin(), checks.end(),
                   [](const GateCheck* a, const GateCheck* b) { return a->excess > b->excess; });
  return checks;
}

GateVerdict GateReport::verdict() const {
  GateVerdict worst = GateVerdict::pass;
  for (const GateCheck& check : checks) worst = std::max(worst, check.verdict);
  return worst;
}

std::string gate_reason(const GateReport& report) {
  const auto failed = count_of(report, GateVerdict::fail);
  const auto undecided = count_of(report, GateVerdict::undecided);
  const std::string sums =
      fmt::format("of {} checks {} passed, {} failed, {} undecided", report.checks.size(),
                  count_of(report, GateVerdict::pass), failed, undecided);
  switch (report.verdict()) {
    case GateVerdict::pass:
      return fmt::format("PASS: {} is no worse than {} within the margins: {}.", report.candidate,
                         report.baseline, sums);
    case GateVerdict::undecided:
      return fmt::format(
          "UNDECIDED{}: these data cannot show that {} is no worse than {} within the margins: {}. "
          "Farthest from it: {}.",
          report.undecided_passes ? ", which was let through" : "", report.candidate, report.baseline,
          sums, worst_families(report, GateVerdict::undecided));
    case GateVerdict::fail:
      return fmt::format("FAIL: {} does not replace {}: {}. Worst families: {}.", report.candidate,
                         report.baseline, sums, worst_families(report, GateVerdict::fail));
  }
  ROBENCH_ASSERT(false && "a verdict without a reason");
  return {};
}

std::string gate_text(const GateReport& report) {
  std::string text;
  for (const GateVerdict verdict : {GateVerdict::fail, GateVerdict::undecided})
    for (const GateCheck* check : worst_checks(report, verdict))
      text += fmt::format("{:<10}{}: {}\n", to_string(verdict), one_line(check->name),
                          one_line(check->found));
  if (!text.empty()) text += "\n";
  for (const std::string& line : wrapped(one_line(gate_reason(report)), kTextColumns))
    text += line + "\n";
  for (const std::string& note : report.notes) {
    text += "\n";
    for (const std::string& line : wrapped(one_line(note), kTextColumns)) text += line + "\n";
  }
  if (!report.gate_file.empty())
    text += "\nTo gate without what cannot be asked here, as gate.yaml with `--rules gate.yaml`:\n\n" +
            report.gate_file;
  return text;
}

std::string gate_junit(const GateReport& report) {
  const bool undecided_passes = report.undecided_passes;
  const auto undecided = count_of(report, GateVerdict::undecided);
  const auto failures = count_of(report, GateVerdict::fail) + (undecided_passes ? 0 : undecided);
  const std::string suite =
      markup_text(fmt::format("{} in place of {}", report.candidate, report.baseline));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"robench gate\">\n";
  text +=
      fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
                  suite, report.checks.size(), failures, undecided_passes ? undecided : 0);
  text += "    <properties>\n" + property("reason", gate_reason(report));
  for (const std::string& note : report.notes) text += property("note", note);
  text += "    </properties>\n";
  for (const GateCheck& check : report.checks) text += test_case(check, undecided_passes);
  return text + "  </testsuite>\n</testsuites>\n";
}

std::string gate_annotations(const GateReport& report) {
  return annotations_of(report, GateVerdict::fail, "error") +
         annotations_of(report, GateVerdict::undecided, "warning") +
         fmt::format("::notice title=robench gate::{}\n", command_text(gate_reason(report), false));
}

}  // namespace robench
