// Names in folders, there and back.
#include "tools/vaecomp/batch/derived_names.h"

#include <doctest/doctest.h>

namespace vaecomp {
namespace {

TEST_CASE("of streams") {
  CHECK(stream_name("a.png", false) == "a.vaec");
  CHECK(stream_name("a.tar.PNG", false) == "a.tar.vaec");
  CHECK(stream_name("a", false) == "a.vaec");
  CHECK(stream_name("a.png", true) == "a.png.vaec");
  CHECK(stream_name("a", true) == "a.vaec");
}

TEST_CASE("of pictures: what the file is, and no extension twice") {
  CHECK(picture_name("a.vaec", "png") == "a.png");
  CHECK(picture_name("a.tar.vaec", "ppm") == "a.tar.ppm");
  CHECK(picture_name("a.png.vaec", "png") == "a.png");
  CHECK(picture_name("a.PNG.vaec", "png") == "a.PNG");
  CHECK(picture_name("a.jpg.vaec", "png") == "a.jpg.png");
  CHECK(picture_name("a.jpg.vaec", "jpg") == "a.jpg");
  CHECK(picture_name("a.jpeg.vaec", "jpg") == "a.jpeg");
  CHECK(picture_name("a.png.vaec", "jpg") == "a.png.jpg");
}

}  // namespace
}  // namespace vaecomp
