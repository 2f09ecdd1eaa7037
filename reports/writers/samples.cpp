// SPDX-License-Identifier: Apache-2.0
// samples.csv: one row per face and model; a face that failed keeps its row.
#include <string>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/csv.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

std::string box_text(const std::optional<Box>& box) {
  if (!box) return "";
  return fmt::format("{} {} {} {}", shortest(box->x), shortest(box->y), shortest(box->width),
                     shortest(box->height));
}

std::string row(const SampleRecord& sample) {
  const auto& summary = sample.summary;
  return csv_line({csv_text(sample.path), std::to_string(sample.face), csv_text(sample.subject),
                   csv_text(sample.status), csv_text(sample.reason), box_text(sample.box),
                   sample.inter_eye_px ? csv_number(*sample.inter_eye_px) : "",
                   sample.brightness ? csv_number(*sample.brightness) : "",
                   sample.sharpness ? csv_number(*sample.sharpness) : "", csv_text(sample.model),
                   summary ? csv_number(summary->drift_median) : "",
                   summary ? csv_number(summary->drift_p95) : "", csv_text(sample.worst_condition),
                   summary ? csv_number(summary->typicality_p) : ""});
}

std::string write_samples(const RunRecord& run) {
  std::string text =
      "path,face,subject,status,reason,box,inter_eye_px,brightness,sharpness,model,drift_median,drift_"
      "p95,worst_condition,"
      "typicality_p\n";
  for (const SampleRecord& sample : run.samples) text += row(sample);
  return text;
}

}  // namespace

WriterSpec samples() {
  return {"samples", "one row per face and model: status, box, drift, typicality", "samples.csv",
          write_samples};
}

}  // namespace robench::writers
