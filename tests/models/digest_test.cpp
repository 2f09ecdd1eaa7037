// SPDX-License-Identifier: Apache-2.0
#include "models/digest.h"

#include <doctest/doctest.h>

#include "perturb/error.h"
#include "tests/models/scratch_folder.h"

TEST_SUITE("models") {
  using namespace robench;

  // FIPS 180-4, examples for the message "abc".
  const std::string kSha256Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const std::string kIntegrityAbc =
      "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

  TEST_CASE("hashes agree with the published examples") {
    const test::ScratchFolder folder;
    const auto file = folder.write("abc", "abc");
    CHECK(sha256("abc") == kSha256Abc);
    CHECK(sha256_of_file(file) == kSha256Abc);
    CHECK(npm_integrity_of_file(file) == kIntegrityAbc);
    CHECK(sha256(std::string_view()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  TEST_CASE("a file larger than the buffer hashes as a whole") {
    const test::ScratchFolder folder;
    const std::string bytes(200'001, 'x');
    CHECK(sha256_of_file(folder.write("large", bytes)) == sha256(bytes));
  }

  TEST_CASE("a remembered hash follows the file") {
    const test::ScratchFolder folder;
    const auto file = folder.write("f", "first");
    CHECK(remembered_sha256_of_file(file) == sha256("first"));
    CHECK(remembered_sha256_of_file(file) == sha256("first"));
    folder.write("f", "another length");
    CHECK(remembered_sha256_of_file(file) == sha256("another length"));
  }

  TEST_CASE("what cannot be read is an EnvironmentError") {
    const test::ScratchFolder folder;
    CHECK_THROWS_AS(static_cast<void>(sha256_of_file(folder.path() / "absent")), EnvironmentError);
    CHECK_THROWS_AS(static_cast<void>(remembered_sha256_of_file(folder.path())), EnvironmentError);
  }

  TEST_CASE("a key tells its parts apart") {
    const auto key = [](auto... parts) {
      KeyBuilder builder;
      (builder.add(parts.first, parts.second), ...);
      return builder.digest();
    };
    using Part = std::pair<const char*, const char*>;
    CHECK(key(Part("a", "bc")) == key(Part("a", "bc")));
    CHECK(key(Part("a", "bc")) != key(Part("ab", "c")));
    CHECK(key(Part("a", "b"), Part("c", "d")) != key(Part("c", "d"), Part("a", "b")));
    CHECK(key(Part("a", "b\n1:c=1:d")) != key(Part("a", "b"), Part("c", "d")));
    CHECK(key(Part("a", "")) != key());
  }
}
