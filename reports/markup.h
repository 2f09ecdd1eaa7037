// SPDX-License-Identifier: Apache-2.0
// Text in HTML, SVG and XML: nothing that comes from outside can be markup there.
#pragma once

#include <string>
#include <string_view>

namespace robench {

/// Text of an element or of an attribute in quotes: on one line, without what XML 1.0 forbids.
[[nodiscard]] std::string markup_text(std::string_view text);
/// A sentence: what stands in backticks becomes <code>, the rest shows as it is.
[[nodiscard]] std::string markup_sentence(std::string_view text);
/// Lines of any text for a <pre>; line feeds and tabs stay.
[[nodiscard]] std::string markup_lines(std::string_view text);
/// Letters, digits and hyphens: fit for an id and a file name. Other characters become hyphens.
[[nodiscard]] std::string markup_id(std::string_view text);

}  // namespace robench
