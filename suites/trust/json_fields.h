// SPDX-License-Identifier: Apache-2.0
// One description of a struct's fields serves writing and reading: `describe(fields, value)` names each
// field once, so that a file cannot lack what the program reads.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json.hpp>

namespace robench {

/// Writes fields into a JSON object. A NaN is null.
class JsonWriter {
 public:
  template <typename T>
  void operator()(const char* name, const T& value) {
    object_[name] = json(value);
  }
  [[nodiscard]] const nlohmann::ordered_json& object() const { return object_; }

 private:
  using Json = nlohmann::ordered_json;

  template <typename T>
  static Json json(const T& value) {
    if constexpr (std::is_floating_point_v<T>) {
      return std::isfinite(value) ? Json(value) : Json(nullptr);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return Json(value);
    } else {
      JsonWriter inner;
      describe(inner, const_cast<T&>(value));  // NOLINT: describe() also reads; here it does not
      return inner.object();
    }
  }
  template <typename T>
  static Json json(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) list.push_back(json(value));
    return list;
  }
  template <typename T>
  static Json json(const std::map<std::string, T>& values) {
    Json object = Json::object();
    for (const auto& [name, value] : values) object[name] = json(value);
    return object;
  }
  template <typename T>
  static Json json(const std::optional<T>& value) {
    return value ? json(*value) : Json(nullptr);
  }
  template <int Rows, int Columns>
  static Json json(const Eigen::Matrix<double, Rows, Columns>& matrix) {
    Json rows = Json::array();
    if constexpr (Rows == 1 || Columns == 1) {
      for (const double value : matrix) rows.push_back(json(value));
      return rows;
    }
    for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
      Json row = Json::array();
      for (Eigen::Index c = 0; c < matrix.cols(); ++c) row.push_back(json(matrix(r, c)));
      rows.push_back(std::move(row));
    }
    return Json{{"columns", matrix.cols()}, {"rows", std::move(rows)}};
  }

  Json object_ = Json::object();
};

/// Reads what JsonWriter wrote. Throws nlohmann's exceptions where something is missing or of another
/// type.
class JsonReader {
 public:
  explicit JsonReader(const nlohmann::ordered_json& object) : object_(object) {}

  template <typename T>
  void operator()(const char* name, T& value) const {
    read(object_.at(name), value);
  }

 private:
  using Json = nlohmann::ordered_json;

  template <typename T>
  static void read(const Json& json, T& value) {
    if constexpr (std::is_floating_point_v<T>) {
      value = json.is_null() ? std::numeric_limits<T>::quiet_NaN() : json.get<T>();
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      json.get_to(value);
    } else {
      JsonReader inner(json);
      describe(inner, value);
    }
  }
  template <typename T>
  static void read(const Json& json, std::vector<T>& values) {
    values.assign(json.size(), T{});
    for (std::size_t i = 0; i < values.size(); ++i) read(json.at(i), values[i]);
  }
  template <typename T>
  static void read(const Json& json, std::map<std::string, T>& values) {
    for (const auto& [name, value] : json.items()) read(value, values[name]);
  }
  template <typename T>
  static void read(const Json& json, std::optional<T>& value) {
    value.reset();
    if (!json.is_null()) read(json, value.emplace());
  }
  template <int Rows, int Columns>
  static void read(const Json& json, Eigen::Matrix<double, Rows, Columns>& matrix) {
    if constexpr (Rows == 1 || Columns == 1) {
      matrix.resize(static_cast<Eigen::Index>(json.size()));
      for (std::size_t i = 0; i < json.size(); ++i)
        read(json.at(i), matrix(static_cast<Eigen::Index>(i)));
      return;
    }
    const Json& rows = json.at("rows");
    matrix.resize(static_cast<Eigen::Index>(rows.size()), json.at("columns").get<Eigen::Index>());
    for (Eigen::Index r = 0; r < matrix.rows(); ++r)
      for (Eigen::Index c = 0; c < matrix.cols(); ++c)
        read(rows.at(static_cast<std::size_t>(r)).at(static_cast<std::size_t>(c)), matrix(r, c));
  }

  const Json& object_;
};

/// As indented JSON, but a list of numbers or words on one line: a matrix has a line per row.
[[nodiscard]] std::string json_lines(const nlohmann::ordered_json& json, int indent = 0);

}  // namespace robench
