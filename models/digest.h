// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace robench {

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string sha256(std::span<const std::uint8_t> bytes);
/// The form of a Content-Security-Policy: "sha256-" and base64.
[[nodiscard]] std::string sha256_integrity(std::string_view bytes);
/// RFC 4648, with padding.
[[nodiscard]] std::string base64(const std::vector<std::uint8_t>& bytes);
/// Of a file, streamed. Throws EnvironmentError when it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);
/// The same, remembered by this process while the file keeps its size and time of change: weights are
/// checked before every load, and each worker loads them. Safe from several threads.
[[nodiscard]] std::string remembered_sha256_of_file(const std::filesystem::path& path);
/// npm's form: "sha512-" and base64.
[[nodiscard]] std::string npm_integrity_of_file(const std::filesystem::path& path);

/// Builds a key from named parts, unambiguously (each part with its name and length).
class KeyBuilder {
 public:
  KeyBuilder& add(std::string_view name, std::string_view value);
  [[nodiscard]] std::string digest() const;  ///< SHA-256 of all parts in order

 private:
  std::string text_;
};

}  // namespace robench
