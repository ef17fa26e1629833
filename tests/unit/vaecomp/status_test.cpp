// Failures as lines.
#include "tools/vaecomp/support/status.h"

#include <doctest/doctest.h>

namespace vaecomp {
namespace {

TEST_CASE("file, text, byte and rule") {
  CHECK(failure_line(
            {"a.vaec", {ErrorCode::kChecksum, "the checksum does not match", 12, "VC-09"}}) ==
        "vaecomp: a.vaec: the checksum does not match (at byte 12; VC-09)");
  CHECK(failure_line(usage_error("no")) == "vaecomp: no");
}

TEST_CASE("one line, whatever the file is called") {
  CHECK(failure_line({"a\nb\033[2J", {ErrorCode::kIo, "x"}}) == "vaecomp: $'a\\nb\\x1b[2J': x");
  CHECK(failure_line({"a", {ErrorCode::kIo, "x\ny\u0085z\xFF"}}) == "vaecomp: a: x?y?z?");
}

}  // namespace
}  // namespace vaecomp
