// What must be equal everywhere is what it was.
#include "vaecomp/signature.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "codec/kernels/kernels.h"
#include "codec/signature/drawn_streams.h"
#include "support/files.h"

namespace vaecomp {
namespace {

// tests/golden/signature.txt: a line a model: file, signature in hexadecimal.
TEST_CASE("the signature of each model is the one in the repository") {
  const Bytes text = test::read_file("tests/golden/signature.txt");
  std::istringstream lines(std::string(text.begin(), text.end()));
  int models = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string file, expected;
    fields >> file >> expected;
    CAPTURE(file);
    const std::string before = kernels().name;
    const Result<Signature> found = signature(test::load_model(file));
    if (!found) FAIL(found.error().message());
    CHECK(found->hash == std::stoul(expected, nullptr, 16));
    CHECK(found->kernels == usable_kernels());
    CHECK(before == kernels().name);
    ++models;
  }
  CHECK(models == 2);
}

TEST_CASE("a model without tables for the trellis has one, too, and another") {
  const Result<Signature> scalar = signature(test::scalar_model());
  const Result<Signature> tiny = signature(test::tiny_model());
  REQUIRE(scalar);
  REQUIRE(tiny);
  CHECK(scalar->hash != tiny->hash);
}

TEST_CASE("its pictures have what streams can have") {
  ThreadPool pool(1);
  int sections[256] = {}, bands = 0, flags = 0;
  for (const DrawnPicture& picture : drawn_pictures()) {
    const Bytes stream = drawn_stream(test::tiny_model(), picture, pool).value();
    const Container container = read_container(stream).value();
    for (const Section& section : container.sections) ++sections[section.tag];
    bands += container.header.height > 512;
    flags |= container.header.flags;
  }
  for (const int tag : {kTagLatents, kTagAlpha, kTagPixels, kTagPatches, kTagColours, kTagFilter})
    CHECK(sections[tag] > 0);
  CHECK(bands > 0);
  CHECK(flags == (kFlagGrey | kFlag16Bits | kFlagNeutral | kFlagTrellis | kFlagPixels));
}

}  // namespace
}  // namespace vaecomp
