# SPDX-License-Identifier: Apache-2.0
# Plug-ins are found by their file names: FOLDER/FAMILY/NAME.cpp defines `TYPE NAME()` in namespace
# robench::NAMESPACE. This writes a table of them, so that adding one is adding one file.

# robench_generate_registry(OUT <file> HEADER <header> NAMESPACE <ns> TYPE <type> ENTRY <entry type>
#                           FUNCTION <function> FILES <files>)
# The generated FUNCTION() returns std::vector<ENTRY>, each {family, NAME()}.
function(robench_generate_registry)
  cmake_parse_arguments(ARG "" "OUT;HEADER;NAMESPACE;TYPE;FUNCTION" "FILES" ${ARGN})
  set(declarations "")
  set(rows "")
  list(SORT ARG_FILES)
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(name "${file}" NAME_WE)
    get_filename_component(folder "${file}" DIRECTORY)
    get_filename_component(family "${folder}" NAME)
    string(APPEND declarations "${ARG_TYPE} ${name}();\n")
    string(APPEND rows "    {\"${family}\", &${ARG_NAMESPACE}::${name}},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${ARG_OUT}" @ONLY CONTENT
"// Generated from the file names of the plug-ins. Do not edit.
#include <string_view>
#include <utility>
#include <vector>

#include \"${ARG_HEADER}\"

namespace robench {
namespace ${ARG_NAMESPACE} {
@declarations@}  // namespace ${ARG_NAMESPACE}

std::vector<std::pair<std::string_view, ${ARG_TYPE} (*)()>> ${ARG_FUNCTION}() {
  return {
@rows@  };
}

}  // namespace robench
")
endfunction()
