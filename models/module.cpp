// SPDX-License-Identifier: Apache-2.0
#include "models/module.h"

#include <dlfcn.h>

#include "models/resources.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// OpenBLAS would split products over all cores that it sees, which changes their last digit, and its
/// threads then wait in a busy loop for the next. The workers are the parallelism.
void use_one_blas_thread(void* module) {
  if (void* set_threads = dlsym(module, "openblas_set_num_threads"))
    reinterpret_cast<void (*)(int)>(set_threads)(1);
}

}  // namespace

void* module_symbol(const std::string& module, const std::string& symbol) {
  const auto path = library_folder() / ("librobench_" + module + ".so");
  if (!std::filesystem::exists(path))
    throw EnvironmentError("this robench was built without its '" + module + "' module",
                           "install the library that it needs (see README, Install) and build again");
  // Never closed: the modules keep worker threads and static state of their libraries.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw EnvironmentError("cannot load the '" + module + "' module: " + dlerror(),
                           "a shared library that it needs is missing; `make deps` installs it");
  use_one_blas_thread(handle);
  void* address = dlsym(handle, symbol.c_str());
  if (address == nullptr)
    throw EnvironmentError("the '" + module + "' module is of another version of robench",
                           "build and install robench again");
  return address;
}

}  // namespace robench
