// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace robench {

/// Text of an XML 1.0 attribute, on one line, without what XML forbids.
[[nodiscard]] std::string xml_attribute(std::string_view text);

}  // namespace robench
