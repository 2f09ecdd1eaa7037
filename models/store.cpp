// SPDX-License-Identifier: Apache-2.0
#include "models/store.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "models/atomic_file.h"
#include "models/digest.h"
#include "models/faces_json.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Of the side-car; raised by any change of it. Tables without further columns are written as before.
constexpr int kStoreFormat = 1;
constexpr int kFormatWithColumns = 2;

// Embeddings of faces are biometric templates: for the owner's eyes only.
constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;

/// Missing parents get the usual mode, the folder itself is private. An existing one stays as it is.
void create_private_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  if (mkdir(folder.c_str(), kFolderMode) == 0 || (errno == EEXIST && fs::is_directory(folder, error)))
    return;
  throw EnvironmentError("cannot create the folder " + folder.string() + ": " + std::strerror(errno));
}

/// ROOT/ab/cdef...EXTENSION: two levels, so that no folder gets too many files.
fs::path file_of(const fs::path& root, const std::string& key, const char* extension) {
  const bool is_digest =
      key.size() > 2 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
  ROBENCH_ASSERT(is_digest);
  return root / key.substr(0, 2) / (key.substr(2) + extension);
}

std::optional<std::string> contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return std::nullopt;
  return bytes;
}

/// JSON has no NaN.
json numbers_or_null(const std::vector<float>& column) {
  json numbers = json::array();
  for (const float value : column) numbers.push_back(std::isnan(value) ? json() : json(value));
  return numbers;
}

/// x and y of the 68 points in turn.
json landmarks_or_null(const std::vector<std::optional<Landmarks>>& column) {
  json rows = json::array();
  for (const auto& landmarks : column) {
    rows.emplace_back();
    if (!landmarks) continue;
    for (const cv::Point2f& point : landmarks->points) {
      rows.back().push_back(point.x);
      rows.back().push_back(point.y);
    }
  }
  return rows;
}

std::vector<std::optional<Landmarks>> read_landmarks(const json& document) {
  std::vector<std::optional<Landmarks>> column;
  if (!document.contains("landmarks")) return column;
  for (const json& row : document.at("landmarks")) {
    column.emplace_back();
    if (row.is_null()) continue;
    Landmarks landmarks;
    for (std::size_t i = 0; i < landmarks.points.size(); ++i)
      landmarks.points[i] = {row.at(2 * i).get<float>(), row.at(2 * i + 1).get<float>()};
    column.back() = landmarks;
  }
  return column;
}

std::string side_car(const EmbeddingTable& table, const std::string& npy) {
  json status = json::array();
  for (const Status row : table.status) status.push_back(to_string(row));
  json document{{"format", kStoreFormat},
                {"rows", table.vectors.rows()},
                {"dim", table.vectors.cols()},
                {"npy_sha256", sha256(npy)},
                {"status", std::move(status)}};
  if (!table.intruder.empty()) document["intruder"] = table.intruder;
  if (!table.covered_fraction.empty())
    document["covered_fraction"] = numbers_or_null(table.covered_fraction);
  if (!table.calibration_residual.empty())
    document["calibration_residual"] = numbers_or_null(table.calibration_residual);
  if (!table.brightness.empty()) document["brightness"] = numbers_or_null(table.brightness);
  if (!table.sharpness.empty()) document["sharpness"] = numbers_or_null(table.sharpness);
  if (!table.landmarks.empty()) document["landmarks"] = landmarks_or_null(table.landmarks);
  if (document.size() > 5) document["format"] = kFormatWithColumns;
  return document.dump() + "\n";
}

std::vector<float> read_numbers(const json& document, const char* name) {
  std::vector<float> column;
  if (document.contains(name))
    for (const json& value : document.at(name))
      column.push_back(value.is_null() ? EmbeddingTable::kNotMeasured : value.get<float>());
  return column;
}

/// The further columns of a side-car, into `table`. False where they do not fit its rows.
bool read_columns(const json& document, EmbeddingTable& table) {
  if (document.contains("intruder")) document.at("intruder").get_to(table.intruder);
  table.covered_fraction = read_numbers(document, "covered_fraction");
  table.calibration_residual = read_numbers(document, "calibration_residual");
  table.brightness = read_numbers(document, "brightness");
  table.sharpness = read_numbers(document, "sharpness");
  table.landmarks = read_landmarks(document);
  const auto fits = [&](std::size_t rows) { return rows == 0 || rows == table.size(); };
  return fits(table.intruder.size()) && fits(table.covered_fraction.size()) &&
         fits(table.calibration_residual.size()) && fits(table.brightness.size()) &&
         fits(table.sharpness.size()) && fits(table.landmarks.size());
}

/// The status list of a side-car that belongs to `npy`. Throws json::exception where it is none.
std::optional<std::vector<Status>> status_for(const json& document, const std::string& npy) {
  const json& format = document.at("format");
  if (format != kStoreFormat && format != kFormatWithColumns) return std::nullopt;
  if (document.at("npy_sha256") != sha256(npy)) return std::nullopt;
  std::vector<Status> rows;
  for (const json& name : document.at("status")) {
    const std::optional<Status> status = status_from_string(name.get<std::string>());
    if (!status) return std::nullopt;
    rows.push_back(*status);
  }
  return rows;
}

}  // namespace

Store::Store(fs::path root) : root_(std::move(root)) { create_private_folder(root_); }

std::optional<EmbeddingTable> Store::load_embeddings(const std::string& key) const {
  const std::optional<std::string> text = contents(file_of(root_, key, ".json"));
  const std::optional<std::string> npy = contents(file_of(root_, key, ".npy"));
  if (!text || !npy) return std::nullopt;
  try {
    const json document = json::parse(*text);
    std::optional<std::vector<Status>> status = status_for(document, *npy);
    std::optional<EmbeddingMatrix> vectors = parse_npy(*npy);
    if (!status || !vectors || static_cast<std::size_t>(vectors->rows()) != status->size())
      return std::nullopt;
    EmbeddingTable table{std::move(*vectors), std::move(*status)};
    if (!read_columns(document, table)) return std::nullopt;
    return table;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void Store::save_embeddings(const std::string& key, const EmbeddingTable& table) const {
  ROBENCH_ASSERT(static_cast<std::size_t>(table.vectors.rows()) == table.status.size());
  const std::string npy = npy_bytes(table.vectors);
  const fs::path npy_file = file_of(root_, key, ".npy");
  create_private_folder(npy_file.parent_path());
  write_file_atomically(npy_file, npy, kFileMode);
  // The side-car comes last: with it the pair exists.
  write_file_atomically(file_of(root_, key, ".json"), side_car(table, npy), kFileMode);
}

bool Store::has_embeddings(const std::string& key) const { return load_embeddings(key).has_value(); }

std::optional<std::vector<AcquiredFace>> Store::load_faces(const std::string& key) const {
  const std::optional<std::string> text = contents(file_of(root_, key, ".faces.json"));
  return text ? faces_from_json(*text) : std::nullopt;
}

void Store::save_faces(const std::string& key, const std::vector<AcquiredFace>& faces) const {
  const fs::path file = file_of(root_, key, ".faces.json");
  create_private_folder(file.parent_path());
  write_file_atomically(file, faces_to_json(faces), kFileMode);
}

}  // namespace robench
