// SPDX-License-Identifier: Apache-2.0
// run.json: the whole run, canonical; `robench report` reads it back.
#include "reports/writer.h"

namespace robench::writers {

WriterSpec json() {
  return {"json", "the whole run, canonical and with provenance, to be read back", "run.json", run_json};
}

}  // namespace robench::writers
