// SPDX-License-Identifier: Apache-2.0
#include "models/yaml_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "models/source_text.h"
#include "models/yaml_tree.h"
#include "perturb/params.h"

namespace robench {
namespace {

/// 010 is eight to one reader of YAML and ten to another.
bool has_leading_zero(std::string_view digits) {
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

/// A number in full, as YAML's core schema writes decimals; nullopt for anything else.
template <typename Number>
std::optional<Number> parsed(const YamlNode& node) {
  if (!node.is_scalar() || node.quoted) return std::nullopt;
  std::string_view digits = node.text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  if (has_leading_zero(digits)) return std::nullopt;
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string(without_byte_order_mark(text))};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

/// A message that quotes a huge value is cut, between two characters.
constexpr std::size_t kMaxMessage = 300;
/// A longer line is not shown below its message.
constexpr std::size_t kMaxShownLine = 400;

std::string clipped(const std::string& message) {
  std::size_t end = kMaxMessage;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;
  return message.substr(0, end);
}

std::string bounds_text(double min, double max) {
  if (std::isinf(max)) return "at least " + shortest(min);
  if (std::isinf(min)) return "at most " + shortest(max);
  return shortest(min) + " to " + shortest(max);
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name.is_scalar() && name.text == key) return &value;
  return nullptr;
}

std::string described(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  if (const auto number = parsed<double>(node); number && std::isfinite(*number))
    return fmt::format("the number {}", node.text);
  return fmt::format("the {}text '{}'", node.quoted ? "quoted " : "", node.text);
}

YamlReader YamlReader::from_file(const std::filesystem::path& file) {
  return {read_source_text(file, kMaxBytes), file.string()};
}

YamlReader::YamlReader(std::string text, std::string file_name)
    : text_(std::move(text)), file_name_(std::move(file_name)) {
  if (text_.size() > kMaxBytes)
    throw ConfigError(fmt::format("'{}' is larger than {} bytes", file_name_, kMaxBytes));
  if (const auto fault = find_text_fault(text_)) {
    record(fault->line, fault->column, fault->message, {});
    finish();
  }
  refuse_tabs();
  std::vector<YamlFault> found;
  root_ = parse_yaml_tree(text_, found);
  for (YamlFault& fault : found) record(fault.line, fault.column, std::move(fault.message), {});
  finish();
  refuse_duplicates(root_);
}

void YamlReader::record(int line, int column, std::string message, std::string hint) {
  message = printable(message);
  if (message.size() > kMaxMessage) message = clipped(message) + "...";
  faults_.push_back({{file_name_, line, column}, std::move(message), std::move(hint), {}});
}

void YamlReader::refuse_tabs() {
  int number = 0;
  for (const std::string& line : lines_of(text_)) {
    ++number;
    const std::size_t tab = line.find_first_not_of(' ');
    const bool blank = line.find_first_not_of(" \t") == std::string::npos;
    if (!blank && line[tab] == '\t')
      record(number, static_cast<int>(tab) + 1, "a tab in the indentation",
             "YAML is indented with spaces");
  }
  finish();
}

void YamlReader::refuse_duplicates(const YamlNode& node) {
  for (const YamlNode& item : node.items) refuse_duplicates(item);
  std::map<std::string_view, int> line_of_key;
  for (const auto& [key, value] : node.entries) {
    if (!key.is_scalar()) {
      fail(key, fmt::format("expected a name as key, found {}", described(key)));
    } else if (const auto [first, is_new] = line_of_key.emplace(key.text, key.line); !is_new) {
      fail(key, fmt::format("'{}' is given twice", key.text),
           fmt::format("first given in line {}", first->second));
    }
    refuse_duplicates(value);
  }
}

void YamlReader::fail(const YamlNode& node, std::string message, std::string hint) {
  record(node.line, node.column, std::move(message), std::move(hint));
}

void YamlReader::fail(const YamlNode& node, const ConfigError& error) {
  for (const Diagnostic& inner : error.diagnostics()) {
    if (inner.place.file.empty())
      fail(node, inner.message, inner.hint);
    else
      faults_.push_back(inner);
  }
}

void YamlReader::finish() {
  if (faults_.empty()) return;
  const auto place = [this](const Diagnostic& d) {
    return std::tuple(d.place.file != file_name_, d.place.line, d.place.column);
  };
  std::stable_sort(faults_.begin(), faults_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  if (faults_.size() > kMaxFaults) {
    const std::size_t more = faults_.size() - kMaxFaults;
    faults_.resize(kMaxFaults);
    record(0, 0, fmt::format("{} more errors are not shown", more), {});
  }
  const std::vector<std::string> lines = lines_of(text_);
  for (Diagnostic& fault : faults_) {
    const auto line = static_cast<std::size_t>(fault.place.line);
    const bool is_known = fault.place.file == file_name_ && line >= 1 && line <= lines.size();
    if (is_known && lines[line - 1].size() <= kMaxShownLine)
      fault.source_line = printable(lines[line - 1]);
  }
  throw ConfigError(std::move(faults_));
}

bool YamlReader::check_keys(const YamlNode& node, const std::vector<std::string>& allowed,
                            std::string_view what) {
  if (!node.is_map()) {
    fail(node, fmt::format("{}: expected a map, found {}", what, described(node)),
         fmt::format("keys: {}", fmt::join(allowed, ", ")));
    return false;
  }
  for (const auto& [key, value] : node.entries)
    if (key.is_scalar() && std::find(allowed.begin(), allowed.end(), key.text) == allowed.end())
      fail(key, fmt::format("unknown key '{}' in {}", key.text, what), suggestion(key.text, allowed));
  return true;
}

const YamlNode* YamlReader::require(const YamlNode& map, std::string_view key) {
  const YamlNode* value = map.find(key);
  if (value == nullptr)
    fail(map, fmt::format("missing key '{}'", key));
  else if (value->is_null())
    fail(*value, fmt::format("'{}' has no value", key));
  return value != nullptr && !value->is_null() ? value : nullptr;
}

std::optional<std::string> YamlReader::text_of(const YamlNode& node) {
  if (node.is_scalar()) return node.text;
  fail(node, fmt::format("expected a text, found {}", described(node)));
  return std::nullopt;
}

std::optional<double> YamlReader::number_of(const YamlNode& node) {
  const auto value = parsed<double>(node);
  if (value && std::isfinite(*value)) return value;
  fail(node, fmt::format("expected a number, found {}", described(node)));
  return std::nullopt;
}

std::optional<long long> YamlReader::integer_of(const YamlNode& node) {
  const auto value = parsed<long long>(node);
  if (!value) fail(node, fmt::format("expected a whole number, found {}", described(node)));
  return value;
}

std::optional<std::uint64_t> YamlReader::unsigned_of(const YamlNode& node) {
  const auto value = parsed<std::uint64_t>(node);
  if (!value)
    fail(node, fmt::format("expected a whole number from 0 to {}, found {}",
                           std::numeric_limits<std::uint64_t>::max(), described(node)));
  return value;
}

std::optional<bool> YamlReader::boolean_of(const YamlNode& node) {
  if (node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false"))
    return node.text == "true";
  fail(node, fmt::format("expected true or false, found {}", described(node)));
  return std::nullopt;
}

std::optional<std::string> YamlReader::choice_of(const YamlNode& node,
                                                 const std::vector<std::string>& choices) {
  if (node.is_scalar() && std::find(choices.begin(), choices.end(), node.text) != choices.end())
    return node.text;
  fail(node, fmt::format("expected one of {}, found {}", fmt::join(choices, ", "), described(node)),
       node.is_scalar() && !closest_match(node.text, choices).empty() ? suggestion(node.text, choices)
                                                                      : "");
  return std::nullopt;
}

std::optional<std::vector<double>> YamlReader::numbers_of(const YamlNode& node, std::size_t count) {
  if (!node.is_list() || (count != 0 && node.items.size() != count)) {
    const std::string expected = count == 0 ? "a list of numbers" : fmt::format("{} numbers", count);
    const std::string found =
        node.is_list() ? fmt::format("{} values", node.items.size()) : described(node);
    fail(node, fmt::format("expected {}, found {}", expected, found));
    return std::nullopt;
  }
  std::vector<double> numbers;
  for (const YamlNode& item : node.items)
    if (const auto number = number_of(item)) numbers.push_back(*number);
  if (numbers.size() != node.items.size()) return std::nullopt;
  return numbers;
}

std::optional<std::vector<std::string>> YamlReader::texts_of(const YamlNode& node) {
  if (!node.is_list()) {
    fail(node, fmt::format("expected a list, found {}", described(node)));
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const YamlNode& item : node.items)
    if (auto text = text_of(item)) texts.push_back(std::move(*text));
  if (texts.size() != node.items.size()) return std::nullopt;
  return texts;
}

std::optional<std::string> YamlReader::require_text(const YamlNode& map, std::string_view key) {
  const YamlNode* value = require(map, key);
  return value != nullptr ? text_of(*value) : std::nullopt;
}

std::optional<std::string> YamlReader::optional_text(const YamlNode& map, std::string_view key) {
  return map.find(key) != nullptr ? require_text(map, key) : std::nullopt;
}

std::optional<double> YamlReader::require_number(const YamlNode& map, std::string_view key, double min,
                                                 double max) {
  const YamlNode* value = require(map, key);
  const auto number = value != nullptr ? number_of(*value) : std::nullopt;
  if (!number || (*number >= min && *number <= max)) return number;
  fail(*value, fmt::format("'{}' must be {}, found {}", key, bounds_text(min, max), value->text));
  return std::nullopt;
}

std::optional<double> YamlReader::optional_number(const YamlNode& map, std::string_view key, double min,
                                                  double max) {
  return map.find(key) != nullptr ? require_number(map, key, min, max) : std::nullopt;
}

std::optional<long long> YamlReader::require_integer(const YamlNode& map, std::string_view key,
                                                     long long min, long long max) {
  const YamlNode* value = require(map, key);
  const auto number = value != nullptr ? integer_of(*value) : std::nullopt;
  if (!number || (*number >= min && *number <= max)) return number;
  fail(*value, fmt::format("'{}' must be {} to {}, found {}", key, min, max, value->text));
  return std::nullopt;
}

std::optional<long long> YamlReader::optional_integer(const YamlNode& map, std::string_view key,
                                                      long long min, long long max) {
  return map.find(key) != nullptr ? require_integer(map, key, min, max) : std::nullopt;
}

std::optional<bool> YamlReader::optional_boolean(const YamlNode& map, std::string_view key) {
  const YamlNode* value = map.find(key);
  return value != nullptr ? boolean_of(*value) : std::nullopt;
}

std::optional<std::string> YamlReader::require_choice(const YamlNode& map, std::string_view key,
                                                      const std::vector<std::string>& choices) {
  const YamlNode* value = require(map, key);
  return value != nullptr ? choice_of(*value, choices) : std::nullopt;
}

std::optional<std::string> YamlReader::optional_choice(const YamlNode& map, std::string_view key,
                                                       const std::vector<std::string>& choices) {
  return map.find(key) != nullptr ? require_choice(map, key, choices) : std::nullopt;
}

}  // namespace robench
