// SPDX-License-Identifier: Apache-2.0
#include "suites/data/picture_files.h"

#include <algorithm>

#include "models/codec.h"
#include "perturb/error.h"

namespace robench {
namespace {
namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with("."); }

}  // namespace

std::vector<std::string> picture_files(const fs::path& root, const std::string& written) {
  std::error_code error;
  if (!fs::is_directory(root, error)) throw ConfigError(written + ": no such folder: " + root.string());
  std::vector<std::string> files;
  auto entry =
      fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied, error);
  if (error) throw ConfigError(written + ": cannot read " + root.string() + ": " + error.message());
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (error)
      throw ConfigError(written + ": cannot read below " + root.string() + ": " + error.message());
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_directory(error) && has_image_extension(entry->path()))
      files.push_back(entry->path().lexically_relative(root).generic_string());
  }
  if (files.empty())
    throw ConfigError(written + ": no photograph below " + root.string(),
                      "files ending in jpg, jpeg, png, bmp, webp, tif, tiff, ppm, pgm or jp2 are taken");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace robench
