// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/calibration.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "models/codec.h"
#include "models/digest.h"
#include "models/embedder.h"
#include "models/face.h"
#include "models/perturbation_ensemble.h"
#include "models/pixel_pipeline.h"
#include "models/quality_measure.h"
#include "perturb/error.h"
#include "suites/trust/json_fields.h"

namespace robench {
namespace {

constexpr int kFormatVersion = 3;
constexpr const char* kFormat = "robench calibration";
constexpr const char* kHint = "make one: robench calibrate DATA --model CARD -o FILE";

}  // namespace

// Found by argument-dependent lookup from JsonWriter and JsonReader, so not in the anonymous namespace.

template <typename Fields>
void describe(Fields& fields, ReadingVersions& v) {
  fields("model", v.model);
  fields("card_sha256", v.card_sha256);
  fields("weights", v.weights);
  fields("detector", v.detector);
  fields("pixel_pipeline", v.pixel_pipeline);
  fields("quality_measures", v.quality);
  fields("perturbation_ensemble", v.ensemble);
}

template <typename Fields>
void describe(Fields& fields, QualityModel& m) {
  fields("names", m.names);
  fields("median", m.median);
  fields("mean", m.mean);
  fields("sd", m.sd);
  fields("linear", m.linear);
  fields("square", m.square);
  fields("missing", m.missing);
  fields("intercept", m.intercept);
  fields("penalty", m.penalty);
  fields("rows", m.rows);
  fields("subjects", m.subjects);
}

template <typename Fields>
void describe(Fields& fields, ConformalReference& r) {
  fields("subjects", r.subjects);
  fields("value", r.value);
  fields("weight", r.weight);
}

template <typename Fields>
void describe(Fields& fields, MondrianReference& r) {
  fields("all", r.all);
  fields("by_bin", r.by_category);
}

template <typename Fields>
void describe(Fields& fields, OutlierModel& m) {
  auto kind = static_cast<int>(m.kind);
  fields("kind", kind);
  m.kind = static_cast<OutlierScore>(kind);
  fields("mean", m.mean);
  fields("whitening", m.whitening);
  fields("background_mean", m.background_mean);
  fields("background_whitening", m.background_whitening);
  fields("rows", m.rows);
}

template <typename Fields>
void describe(Fields& fields, OutlierTest& t) {
  fields("model", t.model);
  fields("reference", t.reference);
}

template <typename Fields>
void describe(Fields& fields, NormalScores& s) {
  fields("value", s.value);
  fields("score", s.score);
  fields("sd", s.sd);
}

template <typename Fields>
void describe(Fields& fields, TailScores& t) {
  fields("low", t.low);
  fields("low_excess", t.low_excess);
  fields("high", t.high);
  fields("high_excess", t.high_excess);
}

template <typename Fields>
void describe(Fields& fields, OutlierFlags& f) {
  fields("scale", f.scale);
  fields("tails", f.tails);
  fields("capture", f.capture);
  fields("capture_distance", f.distance);
  fields("faultless", f.faultless);
  fields("capture_faults", f.faults);
  fields("kept_directions", f.kept);
  fields("population", f.population);
}

template <typename Fields>
void describe(Fields& fields, TrustCalibration& c) {
  fields("made_for", c.versions);
  fields("detector", c.detector);
  fields("data", c.data);
  fields("seed", c.seed);
  fields("conditions", c.conditions);
  fields("pixel_keys", c.pixel_keys);
  fields("draws", c.draws);
  fields("photographs", c.photographs);
  fields("not_found_again", c.not_found_again);
  fields("judged", c.judged);
  fields("unusable", c.unusable);
  fields("subjects", c.subjects);
  fields("partner", c.partner);
  fields("threshold", c.threshold);
  fields("target_fmr", c.target_fmr);
  fields("non_mated", c.non_mated);
  auto comparison = std::string(to_string(c.comparison));
  fields("comparison", comparison);
  c.comparison =
      comparison == to_string(Comparison::cosine) ? Comparison::cosine : Comparison::euclidean;
  fields("usable", c.usable);
  fields("bin_edges", c.bin_edges);
  fields("keep", c.keep);
  fields("coverage", c.coverage);
  fields("score", c.score);
  fields("drift", c.drift);
  fields("flags", c.flags);
  fields("flags_refused", c.flags_refused);
}

namespace {

nlohmann::ordered_json parsed(const std::filesystem::path& file) {
  const auto bytes = read_bytes(file);
  if (const auto* reason = std::get_if<std::string>(&bytes))
    throw ConfigError(fmt::format("calibration {}: {}", file.string(), *reason), kHint);
  const auto& text = std::get<std::vector<std::uint8_t>>(bytes);
  auto document = nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr, false);
  if (!document.is_object() || document.value("format", "") != kFormat)
    throw ConfigError(file.string() + " is no calibration of robench", kHint);
  return document;
}

void require_whole(const nlohmann::ordered_json& document, const std::filesystem::path& file) {
  if (document.value("version", 0) != kFormatVersion)
    throw ConfigError(fmt::format("{}: a calibration of another version of robench ({}, not {})",
                                  file.string(), document.value("version", 0), kFormatVersion),
                      kHint);
  auto content = document;
  content.erase("sha256");
  if (document.value("sha256", "") != sha256(content.dump()))
    throw ConfigError(file.string() + ": changed since it was written (its sha256 differs)", kHint);
}

}  // namespace

ReadingVersions reading_versions(const ModelCard& card, const std::string& detector) {
  return {card.name,
          card.text_sha256,
          model_hash(card),
          make_detector(detector)->identity(),
          std::string(kPixelPipelineVersion),
          kQualityMeasuresVersion,
          kEnsembleVersion};
}

std::string quality_bin(const TrustCalibration& calibration, double log_odds) {
  const auto& edges = calibration.bin_edges;
  const auto edge = std::upper_bound(edges.begin(), edges.end(), log_odds);
  return std::to_string(edge - edges.begin() + 1);
}

std::string calibration_text(const TrustCalibration& calibration) {
  JsonWriter fields;
  TrustCalibration written = calibration;
  describe(fields, written);
  nlohmann::ordered_json document{{"format", kFormat}, {"version", kFormatVersion}};
  document.update(fields.object());
  document["sha256"] = sha256(document.dump());
  return json_lines(document) + "\n";
}

TrustCalibration read_calibration(const std::filesystem::path& file) {
  const nlohmann::ordered_json document = parsed(file);
  require_whole(document, file);
  TrustCalibration calibration;
  try {
    JsonReader fields(document);
    describe(fields, calibration);
  } catch (const nlohmann::json::exception&) {
    throw ConfigError(file.string() + " is no calibration of robench", kHint);
  }
  return calibration;
}

void require_same_reading(const TrustCalibration& calibration, const ReadingVersions& now,
                          const std::filesystem::path& file) {
  const ReadingVersions& then = calibration.versions;
  const std::string hint =
      fmt::format("calibrate this model: robench calibrate DATA --model {} -o FILE", now.model);
  const auto refuse = [&](const std::string& what) {
    throw ConfigError(fmt::format("calibration {}: {}", file.string(), what), hint);
  };
  if (then.model != now.model)
    refuse(fmt::format("made for the model '{}', not for '{}'", then.model, now.model));
  if (then.card_sha256 != now.card_sha256 || then.weights != now.weights)
    refuse(fmt::format("made for another card or other weights of '{}'", now.model));
  if (then.detector != now.detector)
    refuse(fmt::format("made with the detector {}, not {}", then.detector, now.detector));
  if (!(then == now)) refuse("made by a version of robench that read faces in another way");
}

}  // namespace robench
