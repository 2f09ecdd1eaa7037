// SPDX-License-Identifier: Apache-2.0
#include "models/faces_json.h"

#include <charconv>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/digest.h"

namespace robench {
namespace {

using nlohmann::json;

constexpr int kFacesFormat = 1;  // raised by any change of the document

/// A double that JSON writes with as few digits as the float needs, and that converts back to it.
double short_number(float value) {
  const double number = std::strtod(fmt::format("{}", value).c_str(), nullptr);
  return static_cast<float>(number) == value ? number : double{value};
}

json json_of(const Landmarks& landmarks) {
  json numbers = json::array();
  for (const cv::Point2f& point : landmarks.points) {
    numbers.push_back(short_number(point.x));
    numbers.push_back(short_number(point.y));
  }
  return numbers;
}

json json_of(const AcquiredFace& acquired) {
  json object{{"status", to_string(acquired.status)}};
  if (acquired.status != Status::ok) {
    object["reason"] = acquired.reason;
    return object;
  }
  const Face& face = acquired.face;
  object["box"] = {face.box.x, face.box.y, face.box.width, face.box.height};
  object["detection_confidence"] = face.detection_confidence;
  object["landmarks"] = json_of(face.landmarks);
  object["fallback_box"] = face.fallback_box;
  return object;
}

// The readers below throw json::exception where the document is not as written above.

Landmarks landmarks_from(const json& numbers) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.points.size(); ++i)
    landmarks.points[i] = {numbers.at(2 * i).get<float>(), numbers.at(2 * i + 1).get<float>()};
  return landmarks;
}

Face face_from(const json& object) {
  const json& box = object.at("box");
  Face face;
  face.box = {box.at(0).get<double>(), box.at(1).get<double>(), box.at(2).get<double>(),
              box.at(3).get<double>()};
  face.detection_confidence = object.at("detection_confidence").get<double>();
  face.landmarks = landmarks_from(object.at("landmarks"));
  face.fallback_box = object.at("fallback_box").get<bool>();
  return face;
}

std::optional<AcquiredFace> acquired_from(const json& object) {
  const std::optional<Status> status = status_from_string(object.at("status").get<std::string>());
  if (!status) return std::nullopt;
  if (*status != Status::ok) return AcquiredFace{*status, object.at("reason").get<std::string>(), {}};
  return AcquiredFace{Status::ok, "", face_from(object)};
}

/// Reasons may quote file names, which need not be UTF-8.
std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string faces_to_json(const std::vector<AcquiredFace>& faces) {
  json list = json::array();
  for (const AcquiredFace& face : faces) list.push_back(json_of(face));
  const std::string text = text_of(list);
  return fmt::format("{{\"format\":{},\"sha256\":\"{}\",\"faces\":{}}}\n", kFacesFormat, sha256(text),
                     text);
}

std::optional<std::vector<AcquiredFace>> faces_from_json(std::string_view text) {
  try {
    const json document = json::parse(text);
    const json& list = document.at("faces");
    if (document.at("format") != kFacesFormat || document.at("sha256") != sha256(text_of(list)))
      return std::nullopt;
    std::vector<AcquiredFace> faces;
    for (const json& object : list) {
      std::optional<AcquiredFace> face = acquired_from(object);
      if (!face) return std::nullopt;
      faces.push_back(std::move(*face));
    }
    return faces;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace robench
