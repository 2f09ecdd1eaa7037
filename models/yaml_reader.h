// SPDX-License-Identifier: Apache-2.0
// A strict reader of the YAML that users write: cards and suites.
//
//   YamlReader reader = YamlReader::from_file("lighting.yaml");
//   reader.check_keys(reader.root(), {"suite", "seed"});
//   const auto name = reader.require_text(reader.root(), "suite");
//   const auto seed = reader.optional_integer(reader.root(), "seed", 0, 1000);
//   reader.finish();  // throws everything that was wrong, at once
//
// What plain YAML lets pass is a fault here: unknown and duplicate keys, anchors and aliases, tags,
// a second document. A getter that finds a fault records it and returns nothing, so that reading
// goes on and all faults are shown together; values may be used once finish() has returned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perturb/error.h"

namespace robench {

struct YamlEntry;

/// One value of a YAML text, with the place where it stands.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  int line = 1;                    // from 1
  int column = 1;                  // from 1, in bytes
  std::string text;                // of a scalar, without its quotes
  bool quoted = false;             // "5" is a text, 5 is a number
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, as written; no key twice

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  /// The value of `key`; nullptr when this is no map or has no such key.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

/// "a map", "a list", "nothing", "the number 5", "the text 'abc'": what was found, for messages.
[[nodiscard]] std::string described(const YamlNode& node);

class YamlReader {
 public:
  /// A larger file is a wrong file.
  static constexpr std::size_t kMaxBytes = 1'000'000;
  /// Further faults are counted, not shown.
  static constexpr std::size_t kMaxFaults = 100;

  /// Throws ConfigError when the file cannot be read or is not YAML.
  [[nodiscard]] static YamlReader from_file(const std::filesystem::path& file);
  /// `file_name` is what messages show. Throws ConfigError when `text` is not YAML.
  YamlReader(std::string text, std::string file_name);

  [[nodiscard]] const YamlNode& root() const { return root_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& file_name() const { return file_name_; }

  /// Records a fault at `node`.
  void fail(const YamlNode& node, std::string message, std::string hint = {});
  /// A fault at `node` for text that was rightly typed but refused deeper down: the messages of
  /// `error` with the place of `node`, unless they come from another file and have a place of their
  /// own.
  void fail(const YamlNode& node, const ConfigError& error);
  [[nodiscard]] bool failed() const { return !faults_.empty(); }
  /// Throws ConfigError with all faults in the order of the text, then those of other files; returns
  /// when there is none.
  void finish();

  /// Records a fault unless `node` is a map, and one for each key that is not `allowed`.
  /// Returns whether it is a map. `what` names it in the message: "a card", "'input'".
  bool check_keys(const YamlNode& node, const std::vector<std::string>& allowed,
                  std::string_view what = "this block");
  /// The value of `key`; nullptr and a fault when it is missing or empty.
  const YamlNode* require(const YamlNode& map, std::string_view key);

  // What a value is. nullopt and a fault when it is something else. Numbers are finite decimals.
  std::optional<std::string> text_of(const YamlNode& node);
  std::optional<double> number_of(const YamlNode& node);
  std::optional<long long> integer_of(const YamlNode& node);
  std::optional<std::uint64_t> unsigned_of(const YamlNode& node);
  std::optional<bool> boolean_of(const YamlNode& node);
  /// One of `choices`, with a suggestion when it is none.
  std::optional<std::string> choice_of(const YamlNode& node, const std::vector<std::string>& choices);
  /// Numbers of a list; `count` of them unless it is 0. A single number is no list.
  std::optional<std::vector<double>> numbers_of(const YamlNode& node, std::size_t count = 0);
  /// Texts of a list.
  std::optional<std::vector<std::string>> texts_of(const YamlNode& node);

  // The same for the value of a key: require_* records a fault when the key is missing,
  // optional_* returns nullopt in silence. Ranges are inclusive.
  std::optional<std::string> require_text(const YamlNode& map, std::string_view key);
  std::optional<std::string> optional_text(const YamlNode& map, std::string_view key);
  std::optional<double> require_number(const YamlNode& map, std::string_view key, double min = -kAny,
                                       double max = kAny);
  std::optional<double> optional_number(const YamlNode& map, std::string_view key, double min = -kAny,
                                        double max = kAny);
  std::optional<long long> require_integer(const YamlNode& map, std::string_view key, long long min,
                                           long long max);
  std::optional<long long> optional_integer(const YamlNode& map, std::string_view key, long long min,
                                            long long max);
  std::optional<bool> optional_boolean(const YamlNode& map, std::string_view key);
  std::optional<std::string> require_choice(const YamlNode& map, std::string_view key,
                                            const std::vector<std::string>& choices);
  std::optional<std::string> optional_choice(const YamlNode& map, std::string_view key,
                                             const std::vector<std::string>& choices);

 private:
  static constexpr double kAny = std::numeric_limits<double>::infinity();

  void record(int line, int column, std::string message, std::string hint);
  void refuse_tabs();
  void refuse_duplicates(const YamlNode& node);

  std::string text_;
  std::string file_name_;
  YamlNode root_;
  std::vector<Diagnostic> faults_;
};

}  // namespace robench
