// SPDX-License-Identifier: Apache-2.0
#include "models/backends/onnx_versions.h"

#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace robench {
namespace {

/// Field numbers of ModelProto and OperatorSetIdProto, onnx/onnx.proto.
constexpr std::uint64_t kIrVersion = 1;
constexpr std::uint64_t kOpsetImport = 8;
constexpr std::uint64_t kDomain = 1;
constexpr std::uint64_t kOpsetVersion = 2;

/// A field of a protobuf message: a number, or bytes.
struct ProtoField {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::span<const char> bytes{};
};

class ProtoFields {
 public:
  explicit ProtoFields(std::span<const char> message) : rest_(message) {}

  /// nullopt at the end, and where the bytes are no message.
  std::optional<ProtoField> next() {
    const auto tag = varint();
    if (!tag) return std::nullopt;
    ProtoField field{.number = *tag >> 3};
    switch (*tag & 7) {
      case 0: {
        const auto value = varint();
        if (!value) return std::nullopt;
        field.value = *value;
        return field;
      }
      case 1:
        return skip(8) ? std::optional(field) : std::nullopt;
      case 2: {
        const auto length = varint();
        if (!length || *length > rest_.size()) return std::nullopt;
        field.bytes = rest_.first(*length);
        rest_ = rest_.subspan(*length);
        return field;
      }
      case 5:
        return skip(4) ? std::optional(field) : std::nullopt;
      default:
        return std::nullopt;
    }
  }

 private:
  bool skip(std::size_t count) {
    if (count > rest_.size()) return false;
    rest_ = rest_.subspan(count);
    return true;
  }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_ = rest_.subspan(1);
      value |= static_cast<std::uint64_t>(byte & 127U) << shift;
      if (byte < 128) return value;
    }
    return std::nullopt;
  }

  std::span<const char> rest_;
};

/// The version of ONNX's own operators; 0 for those of another domain.
std::uint64_t opset_of(std::span<const char> message) {
  ProtoFields fields(message);
  std::uint64_t version = 0;
  while (const auto field = fields.next()) {
    if (field->number == kDomain && !field->bytes.empty()) return 0;
    if (field->number == kOpsetVersion) version = field->value;
  }
  return version;
}

}  // namespace

std::string onnx_versions(std::span<const char> bytes) {
  ProtoFields fields(bytes);
  std::uint64_t ir = 0, opset = 0;
  while (const auto field = fields.next()) {
    if (field->number == kIrVersion) ir = field->value;
    if (field->number == kOpsetImport && opset == 0) opset = opset_of(field->bytes);
  }
  return ir == 0 || opset == 0 ? "" : fmt::format("ONNX opset {}, IR version {}", opset, ir);
}

}  // namespace robench
