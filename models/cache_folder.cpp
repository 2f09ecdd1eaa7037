// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include "models/store.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// The variable's value as a path; empty when it is not set.
fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

}  // namespace

fs::path cache_folder() {
  if (const fs::path own = variable("ROBENCH_CACHE"); !own.empty()) return fs::absolute(own);
  // The XDG base directory specification: a relative path is to be ignored.
  if (const fs::path xdg = variable("XDG_CACHE_HOME"); xdg.is_absolute()) return xdg / "robench";
  if (const fs::path home = variable("HOME"); !home.empty())
    return fs::absolute(home) / ".cache" / "robench";
  throw EnvironmentError("no folder for the cache: ROBENCH_CACHE, XDG_CACHE_HOME and HOME are not set",
                         "set one, for example ROBENCH_CACHE=/var/tmp/robench");
}

fs::path model_folder() { return cache_folder() / "models"; }

}  // namespace robench
