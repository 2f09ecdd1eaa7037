// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace robench {

/// What an ONNX file says of itself: "ONNX opset 17, IR version 8", or "" where the bytes say nothing of
/// the kind. Reads the outermost fields of the protobuf message only (onnx/onnx.proto, ModelProto) and
/// never beyond `bytes`.
[[nodiscard]] std::string onnx_versions(std::span<const char> bytes);

}  // namespace robench
