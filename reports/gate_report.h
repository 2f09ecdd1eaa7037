// SPDX-License-Identifier: Apache-2.0
// What a gate says of a candidate that is to replace a baseline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace robench {

enum class GateVerdict { pass, undecided, fail };  // the largest of all checks is the gate's
[[nodiscard]] std::string_view to_string(GateVerdict verdict);

struct GateCheck {
  std::string name;    // "fnmr_drop_in of dlib_resnet on crop gamma@3"
  std::string family;  // of the perturbation; "" = of no family
  GateVerdict verdict = GateVerdict::pass;
  std::string found;  // "2.13 % -> 3.40 %, loss +1.27 points [0.20, 2.40], margin 1.00, n 1,500"
  double excess = 0;  // loss above the margin, as a share; orders the worst families
};

struct GateReport {
  std::string baseline;
  std::string candidate;
  std::vector<GateCheck> checks;
  std::vector<std::string> notes;  // stored templates, seeds, limits
  std::string gate_file;  // one that asks what these runs can answer, to be pasted; "" = none needed
  bool undecided_passes = false;  // undecided checks were let through

  [[nodiscard]] GateVerdict verdict() const;
};

/// One paragraph in plain words: the verdict, how many checks, the worst families with their worst
/// check.
[[nodiscard]] std::string gate_reason(const GateReport& report);
/// The checks of this verdict, the largest excess first.
[[nodiscard]] std::vector<const GateCheck*> worst_checks(const GateReport& report, GateVerdict verdict);
/// For a terminal or a log: the checks that did not pass, then the paragraph and the notes.
[[nodiscard]] std::string gate_text(const GateReport& report);
/// For a pull request: the paragraph and the notes, then the checks that did not pass as a table.
[[nodiscard]] std::string gate_markdown(const GateReport& report);
/// junit.xml with every check; an undecided one is a failure of type "undecided", or, where they pass,
/// skipped with what was found. The notes are its properties.
[[nodiscard]] std::string gate_junit(const GateReport& report);
/// GitHub's workflow commands: `::error` for each failed check (at most 10, then one that counts the
/// rest), `::warning` for undecided ones, `::notice` for the paragraph.
[[nodiscard]] std::string gate_annotations(const GateReport& report);

}  // namespace robench
