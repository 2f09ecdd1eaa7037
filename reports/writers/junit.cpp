// SPDX-License-Identifier: Apache-2.0
// junit.xml: every gate as a test case, as build servers show them. Elements and attributes are those of
// the schema of the Jenkins xUnit plug-in (junit-10.xsd).
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "reports/markup.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

std::string test_case(const std::string& suite, const GateRecord& gate) {
  const std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\"", suite, markup_text(gate.text));
  if (gate.passed) return head + "/>\n";
  return fmt::format("{}>\n      <failure type=\"gate\" message=\"{}\"/>\n    </testcase>\n", head,
                     markup_text(gate.found));
}

std::string write_junit(const RunRecord& run) {
  const std::string suite = markup_text(fmt::format("{} on {}", run.suite, run.data));
  const auto failures = std::count_if(run.gates.begin(), run.gates.end(),
                                      [](const GateRecord& gate) { return !gate.passed; });
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"robench\">\n";
  text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n", suite,
                      run.gates.size(), failures);
  for (const GateRecord& gate : run.gates) text += test_case(suite, gate);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace

WriterSpec junit() {
  return {"junit", "the gates as test cases, for build servers", "junit.xml", write_junit};
}

}  // namespace robench::writers
