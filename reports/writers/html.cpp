// SPDX-License-Identifier: Apache-2.0
// report.html: one file without any network. What is in it can be read without scripts; scripts add
// tooltips, filters, sorting and downloads.
#include <fmt/format.h>

#include "models/digest.h"
#include "reports/html_assets.h"
#include "reports/html_sections.h"
#include "reports/markup.h"
#include "reports/report_sections.h"
#include "reports/summary_section.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

/// Nothing may be loaded from anywhere, and only the page's own style and script may run: by their
/// hashes. blob: is a figure that the page turns into a PNG.
std::string head(const RunRecord& run) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; "
      "script-src '{}'; img-src blob:{}; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{} on {} - robench</title>\n"
      "<style>{}</style>\n</head>\n",
      sha256_integrity(html_styles()), sha256_integrity(html_scripts()),
      run.pictures.empty() ? "" : " data:", markup_text(run.suite), markup_text(run.data),
      html_styles());
}

std::string banner(const RunRecord& run, const ModelComparison& comparison) {
  return fmt::format(
      "<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header>\n"
      "<p class=\"brand\">robench</p>\n<h1>{} <span>on {}</span></h1>\n{}<p class=\"lead\">{}</p>\n"
      "<button id=\"theme\" class=\"js\" type=\"button\">Dark theme</button>\n</header>\n",
      markup_text(run.suite), markup_text(run.data), html_verdict(run),
      markup_sentence(what_was_run(run, comparison)));
}

/// A link to each section that is there, in order.
std::string navigation(const std::string& body) {
  std::string links;
  const std::string open = "<section id=\"";
  for (std::size_t at = body.find(open); at != std::string::npos; at = body.find(open, at + 1)) {
    const std::size_t id = at + open.size();
    const std::size_t title = body.find("<h2", at);
    const std::size_t words = body.find('>', title) + 1;
    links += fmt::format("<a href=\"#{}\">{}</a> ", body.substr(id, body.find('"', id) - id),
                         body.substr(words, body.find('<', words) - words));
  }
  return "<nav aria-label=\"Sections\">" + links + "</nav>\n";
}

std::string summary_list(const RunRecord& run) {
  std::string items;
  for (const std::string& sentence : summary_sentences(run))
    items += "<li>" + markup_sentence(sentence) + "</li>\n";
  return items.empty() ? "" : "<ul class=\"notes\">\n" + items + "</ul>\n";
}

std::string body(const RunRecord& run, const ModelComparison& comparison) {
  const std::vector<Figure> figures = figures_of(run);
  return "<div class=\"first\">\n" + html_findings(run) + html_matrix(run, comparison) + "</div>\n" +
         html_gates(run) + html_worst(run, comparison) + html_examples(run) + html_filters(run) +
         html_section("curves", "Severity curves", html_figures(figures, "curves")) +
         html_section("scores", "Scores and drift, in full", html_figures(figures, "scores")) +
         html_section("summary", "Ranking", html_figures(figures, "summary") + summary_list(run)) +
         html_section("groups", "Groups", html_figures(figures, "groups")) +
         html_section("geometry", "Geometry", html_figures(figures, "geometry")) +
         html_section("faces", is_of_probes(run) ? "Probes" : "Faces",
                      html_figures(figures, "faces") + html_acquisition(run)) +
         html_conditions(run, comparison) + html_rows(run) + html_notes(run) + html_provenance(run) +
         html_execution(run);
}

std::string write_html(const RunRecord& run) {
  const ModelComparison comparison = compare_models(run);
  const std::string sections = body(run, comparison);
  return head(run) + banner(run, comparison) + navigation(sections) + "<main>\n" + sections +
         "</main>\n<div id=\"tip\" role=\"status\" hidden></div>\n<script>" +
         std::string(html_scripts()) + "</script>\n</body>\n</html>\n";
}

}  // namespace

WriterSpec html() {
  return {"html", "one page to look at: findings, figures, tables, provenance; no network",
          "report.html", write_html};
}

}  // namespace robench::writers
