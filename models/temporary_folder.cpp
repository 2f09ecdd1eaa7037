// SPDX-License-Identifier: Apache-2.0
#include "models/temporary_folder.h"

#include <stdlib.h>

#include "perturb/error.h"

namespace robench {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder(const fs::path& parent, const std::string& prefix,
                                 const std::string& hint) {
  std::error_code ignored;  // mkdtemp says whether it worked
  fs::create_directories(parent, ignored);
  std::string name = (parent / (prefix + "XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr)
    throw EnvironmentError("cannot write to '" + parent.string() + "'", hint);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace robench
