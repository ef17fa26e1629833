// Names, families and messages of errors; Result.
#include "format/error.h"

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace vaecomp {
namespace {

TEST_CASE("codes keep their numbers, families and names") {
  struct Row {
    ErrorCode code;
    int number;
    int family;
    std::string_view name;
  };
  const Row rows[] = {
      {ErrorCode::kIo, 10, 1, "io"},
      {ErrorCode::kTruncated, 20, 2, "truncated"},
      {ErrorCode::kCorrupt, 21, 2, "corrupt"},
      {ErrorCode::kChecksum, 22, 2, "checksum"},
      {ErrorCode::kNotAStream, 23, 2, "not_a_stream"},
      {ErrorCode::kUnsupportedVersion, 30, 3, "unsupported_version"},
      {ErrorCode::kUnsupportedFeature, 31, 3, "unsupported_feature"},
      {ErrorCode::kUnknownModel, 32, 3, "unknown_model"},
      {ErrorCode::kLimit, 40, 4, "limit"},
      {ErrorCode::kMemory, 41, 4, "memory"},
      {ErrorCode::kInvalidArgument, 50, 5, "invalid_argument"},
      {ErrorCode::kInternal, 60, 6, "internal"},
  };
  for (const Row& row : rows) {
    CHECK(static_cast<int>(row.code) == row.number);
    CHECK(error_family(row.code) == row.family);
    CHECK(error_name(row.code) == row.name);
  }
}

TEST_CASE("a message says where and by which rule, if known") {
  CHECK(Error{ErrorCode::kCorrupt, "odd", 12, "VC-09"}.message() == "odd (at byte 12; VC-09)");
  CHECK(Error{ErrorCode::kCorrupt, "odd", 12}.message() == "odd (at byte 12)");
  CHECK(Error{ErrorCode::kCorrupt, "odd", kNoOffset, "VC-09"}.message() == "odd (VC-09)");
  CHECK(Error{ErrorCode::kIo, "odd"}.message() == "odd");
}

TEST_CASE("a result is a value or an error, and values may be move-only") {
  Result<std::unique_ptr<int>> good(std::make_unique<int>(7));
  REQUIRE(good);
  CHECK(**good == 7);
  const std::unique_ptr<int> taken = *std::move(good);
  CHECK(*taken == 7);

  const Result<int> bad(Error{ErrorCode::kIo, "gone"});
  REQUIRE(!bad);
  CHECK(bad.error().text == "gone");
  CHECK(Result<void>().has_value());
  CHECK(!Result<void>(Error{}).has_value());
}

}  // namespace
}  // namespace vaecomp
