// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/imagenet_c.h"

#include <utility>

namespace robench {

PerturbationSpec imagenet_c_spec(std::string name, std::string summary, const std::string& table_text) {
  PerturbationSpec spec;
  spec.name = std::move(name);
  spec.summary = std::move(summary);
  spec.params = {
      {.name = "level",
       .kind = ParamKind::integer,
       .unit = "level",
       .summary = "row of the published table",
       .min = 1,
       .max = 5},
      {.name = "table",
       .kind = ParamKind::choice,
       .summary = "published severities: of ImageNet-C, or of CIFAR-10-C for small faces",
       .choices = {"imagenet_c", "cifar_c"},
       .default_value = "imagenet_c"},
  };
  spec.strength = "level";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "imagecorruptions 1.1: " + table_text;
  spec.no_neutral_reason = "ImageNet-C defines levels 1 to 5 only";
  return spec;
}

}  // namespace robench
