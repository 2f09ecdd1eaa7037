// SPDX-License-Identifier: Apache-2.0
// report.html and figures.svg as text. What a browser makes of the page is tests/reports/browser's
// question.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "reports/findings.h"
#include "reports/markup.h"
#include "reports/writer.h"
#include "tests/reports/example_run.h"
#include "tests/support/text.h"

namespace robench {
namespace {

using tests::cell_of;
using tests::measure_of;

std::string page_of(const char* writer, const RunRecord& run) { return find_writer(writer)->write(run); }

/// What lies between `from` and the next `to`, for each `from`.
std::vector<std::string> between(const std::string& text, const std::string& from,
                                 const std::string& to) {
  std::vector<std::string> parts;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
    const std::size_t start = at + from.size();
    parts.push_back(text.substr(start, text.find(to, start) - start));
  }
  return parts;
}

/// Every element that is opened is closed, in order; attributes hold no markup.
void check_nesting(const std::string& text) {
  static const std::set<std::string> kVoid{"meta", "input", "img", "br", "!doctype", "?xml"};
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    const std::string tag = text.substr(at + 1, end - at - 1);
    REQUIRE(tag.find('<') == std::string::npos);
    const std::string name = tag.substr(0, tag.find_first_of(" \n/", 1));
    CAPTURE(tag);
    if (tag.front() == '/') {
      REQUIRE_FALSE(open.empty());
      REQUIRE("/" + open.back() == tag);
      open.pop_back();
    } else if (tag.back() != '/' && kVoid.count(name) == 0) {
      open.push_back(name);
      // Script and style are not markup inside.
      if (name == "script" || name == "style") at = text.find("</" + name, end) - 1;
    }
  }
  CHECK(open.empty());
}

const std::string kHostile =
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&`\xE2\x80\xA8${x}\xFF";

RunRecord hostile_run() {
  RunRecord run = tests::example_run();
  run.suite = run.data = kHostile;
  for (CellRecord& cell : run.cells) {
    if (cell.model == run.models[0]) cell.model = kHostile;
    if (cell.family == "blur") cell.family = kHostile;
    if (cell.perturbation == "chain") cell.label = kHostile;
    for (Measure& measure : cell.measures) measure.note = kHostile;
    cell.measures.front().name = "fnmr:" + kHostile;
  }
  for (SummaryRecord& summary : run.summaries) {
    if (summary.model == run.models[0]) summary.model = kHostile;
    summary.scope = summary.scope == "gamma" ? kHostile : summary.scope;
  }
  for (SampleRecord& sample : run.samples) sample.model = sample.status = kHostile;
  run.models[0] = kHostile;
  run.gates = {{kHostile, false, kHostile}};
  run.notes = {kHostile, kHostile + "`a`"};
  run.provenance = {{"<script>", {{"<b>", "</pre></script>"}}}, {"text", "a\n</pre><script>b\n"}};
  run.execution = {{"command", kHostile}};
  return run;
}

TEST_SUITE("reports") {
  TEST_CASE("markup: text cannot be markup") {
    CHECK(markup_text("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(markup_text("a\nb\xE2\x80\xA8\x01\xFF") == "a b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(markup_sentence("a `b<` c") == "a <code>b&lt;</code> c");
    CHECK(markup_sentence("a ` b") == "a ` b");
    CHECK(markup_sentence("`a` and `b") == "<code>a</code> and `b");
    CHECK(markup_lines("a<\nb\n") == "a&lt;\nb\n");
    CHECK(markup_id("Drift / non-mated: <x>") == "drift-non-mated-x");
  }

  TEST_CASE("report.html: well nested, one file, nothing from outside") {
    RunRecord run = tests::example_run();
    run.findings = findings(run);
    for (const RunRecord& each : {run, tests::example_run_without_pairs(), RunRecord{}}) {
      const std::string text = page_of("html", each);
      check_nesting(text);
      CHECK(text.find("<img") == std::string::npos);
      CHECK(text.find("<link") == std::string::npos);
      CHECK(text.find(" src=") == std::string::npos);
      CHECK(text.find("@import") == std::string::npos);
      CHECK(text.find("url(") == std::string::npos);
      CHECK(contains(text, "default-src 'none'"));
      const auto ids = between(text, " id=\"", "\"");
      CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
      for (const std::string& link : between(text, "href=\"", "\""))
        CHECK((link[0] == '#' && contains(text, " id=\"" + link.substr(1) + "\"")));
      CHECK(text.size() < 450'000);
    }
  }

  TEST_CASE("report.html: findings first, then the map; every figure has its data and its words") {
    RunRecord run = tests::example_run();
    run.findings = {"First fact.", "Second `fact`."};
    const std::string text = page_of("html", run);
    CHECK(text.find("<li>First fact.</li>") < text.find("class=\"heatmap\""));
    CHECK(contains(text, "<li>Second <code>fact</code>.</li>"));
    CHECK(text.find("class=\"heatmap\"") < text.find("id=\"curves\""));
    const int figures = count_of(text, "<figure ");
    CHECK(figures > 6);
    CHECK(count_of(text,
                   "<pre class=\"csv\" hidden>series,panel,condition,x,value,ci95_low,ci95_high,n\n") ==
          figures);
    CHECK(count_of(text, "role=\"img\"") == count_of(text, "<desc id="));
    CHECK(count_of(text, "<table") == count_of(text, "<caption>"));
    CHECK(contains(text, "<th scope=\"row\">family</th>") == false);
    CHECK(contains(text, "class=\"heat h2\"><b>3.8 %</b> <small>[2.8, 4.8]</small>"));
    const std::string few = page_of("html", tests::example_run_without_pairs());
    CHECK(contains(few, "<small>n = 21 (few)</small>"));
    CHECK(contains(few, "severity, n = 21 (few)"));
  }

  TEST_CASE("report.html: the verdict of the gates stands below the title, in words") {
    RunRecord run = tests::example_run();
    const std::string failed = page_of("html", run);
    CHECK(
        contains(failed,
                 "</h1>\n<p class=\"verdict failed\">✗ 1 of 2 gates FAILED: <code>fnmr of faceplugin on "
                 "gamma@5 &lt;= 0.05</code>. <a href=\"#gates\">"));
    CHECK(contains(failed, "<section id=\"gates\""));
    for (GateRecord& gate : run.gates) gate.passed = true;
    CHECK(contains(page_of("html", run), "<p class=\"verdict passed\">✓ All 2 gates passed."));
    run.gates.clear();
    CHECK_FALSE(contains(page_of("html", run), "class=\"verdict"));
  }

  TEST_CASE("report.html: the map names the FMR, and why a family has no mean or not a whole one") {
    const std::string text = page_of("html", tests::example_run());
    CHECK(contains(text,
                   "<caption>Mean FNMR at the threshold of clean FMR 1e-2 over the severities of a "
                   "family, crop stage</caption>"));
    CHECK(contains(text, "n/a <small>a mean needs 3 severities: sensor_noise (1)</small>"));
    CHECK(contains(text, "lighting<small>left out, fewer than 3 severities: side_light (1)</small>"));
  }

  TEST_CASE("report.html: a model without a DET curve is named, with the reason") {
    RunRecord run = tests::example_run();
    CHECK_FALSE(contains(page_of("html", run), "No curve of"));
    for (CurveRecord& curve : run.curves)
      if (curve.model == "faceplugin" && curve.label == "gamma@5") curve.curves.fnmr.assign(6, 0);
    CHECK(contains(page_of("html", run), "No curve of faceplugin at gamma@5. There, fewer than two"));
  }

  TEST_CASE("report.html: names from outside are text, in markup and in data") {
    const RunRecord run = hostile_run();
    const std::string text = page_of("html", run);
    check_nesting(text);
    CHECK(count_of(text, "<script") == 2);  // the data and the page's own
    CHECK(count_of(text, "</script") == 2);
    CHECK_FALSE(contains(text, "<img"));
    CHECK_FALSE(contains(text, "alert(1)</script>"));
    CHECK_FALSE(contains(text, "\xE2\x80\xA8"));
    CHECK_FALSE(contains(text, "\xFF"));
    CHECK(contains(text, "\\u003cscript\\u003ealert(1)"));
    check_nesting(page_of("svg", run));
    CHECK_FALSE(contains(page_of("svg", run), "<script"));
  }

  TEST_CASE("report.html: equal runs differ in the section of execution alone") {
    RunRecord run = tests::example_run();
    run.execution = {{"command", "robench suite lighting"}, {"threads", 2}, {"host", "elsewhere"}};
    RunRecord other = run;
    other.execution = {{"command", "robench suite lighting --threads 4"}, {"threads", 4}};
    std::string a = page_of("html", run);
    std::string b = page_of("html", other);
    CHECK(contains(a, "robench suite lighting</code>"));
    CHECK_FALSE(contains(a, "elsewhere"));
    for (std::string* text : {&a, &b}) {
      const std::size_t start = text->find("<section id=\"execution\"");
      REQUIRE(start != std::string::npos);
      text->erase(start, text->find("</section>", start) - start);
    }
    CHECK(a == b);
  }

  TEST_CASE("report.html: what rows.csv says twice or by the feature does not make the page grow") {
    RunRecord run = tests::example_run();
    std::erase_if(run.cells, [](const CellRecord& cell) { return cell.repetition == "2"; });
    CellRecord& pooled = cell_of(run, "dlib_resnet", "crop", "gamma@3");
    CellRecord single = pooled;
    single.repetition = "1";
    single.measures.front().note = "only of the first repetition";
    run.cells.push_back(single);
    std::string text = page_of("html", run);
    CHECK_FALSE(contains(text, "only of the first repetition"));
    CHECK(contains(text, "There is one repetition"));
    CHECK(contains(text, "\"geometry_r2:eye_distance_over_face_width\""));

    Measure of_feature = measure_of(pooled, "drift_angle_deg");
    of_feature.name = "geometry_r2:one_of_many";
    pooled.measures.resize(30'000, of_feature);
    text = page_of("html", run);
    CHECK_FALSE(contains(text, "geometry_r2:one_of_many"));
    CHECK(contains(text, "single geometry features"));
    CHECK(text.size() < 1'000'000);
  }

  TEST_CASE("report.html: a private run shows no file") {
    RunRecord run = tests::example_run();
    run.is_private = true;
    const std::string text = page_of("html", run);
    CHECK(contains(text, "A private run"));
    for (const SampleRecord& sample : run.samples) CHECK_FALSE(contains(text, markup_text(sample.path)));
  }

  TEST_CASE("report.html: example faces only where the record holds some, as data of the page") {
    RunRecord run = tests::example_run();
    CHECK(contains(page_of("html", run), "; img-src blob:;"));  // for figures as PNG, no pictures
    run.pictures = {{"", "clean", "probe_0000", {1, 2, 3, 4}},
                    {"blur", "motion_blur@5", "probe_0000", {5, 6, 7}},
                    {"", "clean", kHostile, {8}}};
    const std::string text = page_of("html", run);
    check_nesting(text);
    CHECK(contains(text, "; img-src blob: data:;"));
    CHECK(contains(text, "alt=\"probe_0000 under motion_blur@5\" src=\"data:image/jpeg;base64,BQYH\""));
    CHECK(count_of(text, "<img ") == 3);
    // A row for each condition, with the faces side by side.
    const std::string table = between(text, "<table class=\"examples\">", "</table>").at(0);
    CHECK(count_of(table, "<tr ") == 2);
    // Pictures do not travel in run.json.
    CHECK_FALSE(contains(run_json(run), "BQYH"));
    CHECK_FALSE(contains(run_json(run), "probe_0000"));
  }

  TEST_CASE("figures.svg: well formed, every figure a group, without scripts") {
    const std::string text = page_of("svg", tests::example_run());
    check_nesting(text);
    CHECK(text.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\"", 0) == 0);
    for (const char* id : {"fnmr-lighting-crop", "drift-angle-deg-lighting-crop", "mean-fnmr",
                           "failure-to-acquire-rate-lighting-capture"})
      CHECK(contains(text, std::string("<g id=\"") + id + "\">"));
    // Nothing is searched for at the crop stage.
    CHECK_FALSE(contains(text, "failure-to-acquire-rate-lighting-crop"));
    CHECK(contains(page_of("svg", RunRecord{}), "</svg>"));
  }
}

}  // namespace
}  // namespace robench
