// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace robench {

/// Stands for the pixels that decoding, cropping and aligning give; part of every key of the store.
/// Raise it when any pixel of any chip changes: otherwise old embeddings are taken for new ones.
/// tests/models/pixel_pipeline_test.cpp fails when the pixels change under an unchanged version.
inline constexpr std::string_view kPixelPipelineVersion = "1";

}  // namespace robench
