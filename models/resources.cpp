// SPDX-License-Identifier: Apache-2.0
#include "models/resources.h"

#include <dlfcn.h>

namespace robench {
namespace {

namespace fs = std::filesystem;

/// `installed` under share/robench when this library was installed, else `in_sources` of the checkout.
fs::path resource(const char* installed, const char* in_sources) {
  const fs::path share = library_folder().parent_path().parent_path() / "share" / "robench";
  if (fs::exists(share / installed)) return share / installed;
  return fs::path(ROBENCH_SOURCE_DIR) / in_sources;
}

}  // namespace

fs::path library_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&library_folder), &info) == 0) return fs::current_path();
  return fs::weakly_canonical(info.dli_fname).parent_path();
}

fs::path cards_folder() { return resource("cards", "models/cards"); }
fs::path suites_folder() { return resource("suites", "suites"); }

}  // namespace robench
