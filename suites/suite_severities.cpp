// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_severities.h"

#include <array>

#include <fmt/format.h>

#include "models/model_card.h"

namespace robench {
namespace {

constexpr int kMinCropPx = 32;  // imagecorruptions refuses smaller pictures
constexpr int kMaxCropPx = 4096;

void read_reference_model(YamlReader& yaml, const YamlNode& node, const std::string& card,
                          Calibration& calibration) {
  calibration.model = card;
  try {
    static_cast<void>(find_model_card(card));
  } catch (const ConfigError& error) {
    yaml.fail(node, error);
  }
}

void read_set_points(YamlReader& yaml, const YamlNode& node, Calibration& calibration) {
  const YamlNode* at = yaml.require(node, "at");
  if (at == nullptr) return;
  const Calibration::Measure measure = calibration.measure;
  const bool rising = measure == Calibration::Measure::drift;
  const double most = rising ? 2 : measure == Calibration::Measure::ssim ? 1 : 100;
  std::array<double, 5>& points = calibration.set_points;
  if (!at->is_list() || at->items.size() != points.size()) {
    yaml.fail(*at, "'at' needs five set points, one for each severity",
              rising ? "write at: [0.05, 0.1, 0.2, 0.3, 0.4]" : "write at: [0.9, 0.8, 0.7, 0.6, 0.5]");
    return;
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto value = yaml.number_of(at->items[i]);
    if (!value) return;
    points[i] = *value;
    if (*value <= 0 || *value >= most)
      yaml.fail(at->items[i],
                fmt::format("the set point {} does not lie between 0 and {}", at->items[i].text, most),
                measure == Calibration::Measure::ssim ? "for PSNR in dB write 'to: psnr'" : "");
    else if (i > 0 && (rising ? points[i] <= points[i - 1] : points[i] >= points[i - 1]))
      yaml.fail(at->items[i],
                fmt::format("set points must {} from severity to severity", rising ? "rise" : "fall"));
  }
}

void read_calibration(YamlReader& yaml, const YamlNode& root, const CardLocation& card_location,
                      Suite& suite) {
  suite.calibration = Calibration{};
  const YamlNode* node = yaml.require(root, "calibrate");
  if (node == nullptr || !yaml.check_keys(*node, {"to", "at", "per", "model"}, "'calibrate'")) return;
  Calibration& calibration = *suite.calibration;
  const std::string to = yaml.optional_choice(*node, "to", {"ssim", "psnr", "drift"}).value_or("ssim");
  if (to == "psnr") calibration.measure = Calibration::Measure::psnr;
  if (to == "drift") calibration.measure = Calibration::Measure::drift;
  calibration.per_image = yaml.optional_choice(*node, "per", {"set", "image"}) == "image";
  const YamlNode* model = node->find("model");
  if (to == "drift") {
    if (const auto written = yaml.require_text(*node, "model"))
      read_reference_model(yaml, *model, card_location(*written), calibration);
    if (calibration.per_image)
      yaml.fail(*node->find("per"), "drift is calibrated once for the data, not on each picture",
                "write 'per: set'");
  } else if (model != nullptr) {
    yaml.fail(*model, fmt::format("'model' has no effect with 'to: {}'", to),
              "leave it out, or write 'to: drift'");
  }
  read_set_points(yaml, *node, calibration);
}

}  // namespace

void read_severities(YamlReader& yaml, const YamlNode& root, const CardLocation& card_location,
                     Suite& suite) {
  const std::string set =
      yaml.optional_choice(root, "severity_set", {"face", "imagenet-c", "cifar-c", "calibrated"})
          .value_or("face");
  // The sizes that those tables were made for.
  if (set == "imagenet-c") {
    suite.severity_set = SeveritySet::imagenet_c;
    suite.crop_px = 224;
  } else if (set == "cifar-c") {
    suite.severity_set = SeveritySet::cifar_c;
    suite.crop_px = 32;
  }
  if (const YamlNode* calibrate = root.find("calibrate"); set == "calibrated")
    read_calibration(yaml, root, card_location, suite);
  else if (calibrate != nullptr)
    yaml.fail(*calibrate, "'calibrate' has no effect on severities that are not calibrated",
              "leave it out, or write 'severity_set: calibrated'");
  const YamlNode* size = root.find("imagenet_c_size");
  if (size != nullptr && suite.severity_set == SeveritySet::face)
    yaml.fail(*size, "'imagenet_c_size' has no effect on severities in face units",
              "leave it out, or write 'severity_set: imagenet-c'");
  else if (const auto side = yaml.optional_integer(root, "imagenet_c_size", kMinCropPx, kMaxCropPx))
    suite.crop_px = static_cast<int>(*side);
}

}  // namespace robench
