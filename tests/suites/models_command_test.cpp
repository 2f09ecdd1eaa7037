// SPDX-License-Identifier: Apache-2.0
// `robench models` as users meet it: files they bring, checks on data, models that run elsewhere.
#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/child_process.h"
#include "tests/suites/program.h"
#include "tests/support/text.h"

using robench::contains;
using robench_test::ProgramResult;
using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

/// A card of an external model that is called `how`, 64 px like the null model.
std::string external_card(const std::string& how) {
  return "model: mine\nsummary: runs elsewhere\nbackend: external\n" + how + R"(
input:
  template: five
  size: [64, 64]
  points: [[21.88, 29.54], [42.02, 29.43], [32.01, 40.99], [23.74, 52.78], [40.42, 52.69]]
  channels: rgb
  mean: 0
  scale: 1
output: { dim: 4 }
comparison: { measure: cosine }
licence: none
source: here
)";
}

/// Four numbers of each PNG file's bytes; python3's standard library is enough to write them.
constexpr const char* kScript = R"(import sys, struct, zlib
files = open(sys.argv[1]).read().splitlines()
data = b''
for name in files:
    h = zlib.crc32(open(name, 'rb').read())
    data += struct.pack('<4f', *[(h >> (8 * k)) % 256 + 1 for k in range(4)])
head = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 4), }" % len(files)
head += ' ' * (-(len(head) + 11) % 64) + '\n'
open(sys.argv[2], 'wb').write(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(head)) + head.encode() + data)
print(len(files), file=open(sys.argv[3], 'a'))
)";

bool has_python(const Workplace& place) {
  const bool found = robench::run_child({"python3", "-c", "pass"}, place.path()).exit_code == 0;
  if (!found) MESSAGE("SKIPPED: models that run elsewhere (there is no python3)");
  return found;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("models list and fetch: weights that the user brings") {
    const Workplace place;
    const ProgramResult list = place.run({"models", "list"});
    CHECK(list.exit_code == 0);
    CHECK(contains(list.out, "bring your own file: https://github.com/foamliu/MobileFaceNet"));
    CHECK(contains(list.out, "built in"));
    const ProgramResult check = place.run({"models", "check", "omz_face_reid_0095"});
    CHECK(check.exit_code == 3);
    CHECK(contains(check.out, "`robench models fetch omz_face_reid_0095 --weights FILE`"));
    place.write("wrong.onnx", "something else");
    const ProgramResult wrong =
        place.run({"models", "fetch", "omz_face_reid_0095", "--weights", "wrong.onnx"});
    CHECK(wrong.exit_code == 3);
    CHECK(contains(wrong.err, "is not the file that the card of 'omz_face_reid_0095' pins"));
    CHECK(place.run({"models", "fetch", "omz_face_reid_0095"}).exit_code == 3);
    CHECK(place.run({"models", "fetch", "--weights", "wrong.onnx"}).exit_code == 2);
    CHECK(place.run({"models", "fetch", "null_model", "--weights", "wrong.onnx"}).exit_code == 2);
    CHECK(place.run({"models", "check", "null_model", "--weights", "wrong.onnx"}).exit_code == 2);
    CHECK(place.run({"models", "check", "--data", "folders:faces"}).exit_code == 2);
  }

  TEST_CASE("models check on data without folds cannot tell, and says so") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 3, 2);
    const ProgramResult check = place.run({"models", "check", "null_model", "--data", "folders:faces"});
    INFO(check.out << check.err);
    CHECK(check.exit_code == 0);
    CHECK(contains(check.out, "published  nothing"));
    CHECK(contains(check.out, "verdict    cannot tell: the data lists no pairs in folds"));
    CHECK(contains(check.out, "EER "));
  }

  TEST_CASE("models doctor needs data that can tell recipes apart") {
    const Workplace place;
    CHECK(place.run({"models", "doctor", "null_model"}).exit_code == 2);
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    const ProgramResult few = place.run({"models", "doctor", "null_model", "--data", "folders:faces"});
    INFO(few.err);
    CHECK(few.exit_code == 2);
    CHECK(contains(few.err, "cannot tell one recipe from another"));
    CHECK(contains(few.err, "of 10 subjects and more"));
  }

  TEST_CASE("an external model runs a suite, once per condition, and is not asked twice") {
    const Workplace place;
    if (!has_python(place)) return;
    robench_test::write_generated_faces(place.path() / "faces", 3, 1);
    place.write("embed.py", kScript);
    const std::string log = (place.path() / "calls.log").string();
    place.write("mine.yaml", external_card(fmt::format(
                                 R"(command: [python3, embed.py, "{{list}}", "{{out}}", {}])", log)));
    const std::string suite =
        robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 3 }\n");
    place.write("suite.yaml", suite.substr(0, suite.find("models:")) + "models: [mine.yaml]\n" +
                                  suite.substr(suite.find("trials:")));
    const ProgramResult first = place.run({"suite", "suite.yaml", "--out", "a"});
    INFO(first.err);
    REQUIRE(first.exit_code == 0);
    CHECK(place.read("calls.log") == "3\n3\n");
    REQUIRE(place.run({"suite", "suite.yaml", "--out", "b"}).exit_code == 0);
    CHECK(place.read("calls.log") == "3\n3\n");
    CHECK(place.read("a/rows.csv") == place.read("b/rows.csv"));

    place.write("embed.py", "import sys\nsys.exit('CUDA out of memory')\n");
    const ProgramResult failed = place.run({"suite", "suite.yaml", "--no-cache", "--out", "c"});
    CHECK(failed.exit_code == 3);
    CHECK(contains(failed.err, "model 'mine': its command ended with exit code 1: CUDA out of memory"));
  }

  TEST_CASE("an exchange folder: all chips are written, and the run ends by asking for vectors") {
    const Workplace place;
    if (!has_python(place)) return;
    robench_test::write_generated_faces(place.path() / "faces", 2, 1);
    place.write("mine.yaml", external_card("exchange: swap"));
    const std::string suite =
        robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: [1, 3] }\n");
    place.write("suite.yaml", suite.substr(0, suite.find("models:")) + "models: [mine.yaml]\n" +
                                  suite.substr(suite.find("trials:")));
    const ProgramResult first = place.run({"suite", "suite.yaml", "--out", "out"});
    CHECK(first.exit_code == 3);
    CHECK(contains(first.err, "make vectors.npy of each list.txt there"));
    place.write("embed.py", kScript);
    int batches = 0;
    for (const auto& batch : fs::directory_iterator(place.path() / "swap")) {
      ++batches;
      REQUIRE(robench::run_child({"python3", "embed.py", (batch.path() / "list.txt").string(),
                                  (batch.path() / "vectors.npy").string(), "calls.log"},
                                 place.path())
                  .exit_code == 0);
    }
    CHECK(batches == 3);  // clean, and two severities
    CHECK(place.run({"suite", "suite.yaml", "--out", "out"}).exit_code == 0);
  }
}
