// Kinds are told by content.
#include "tools/image_io/picture_file.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"

namespace vaecomp {
namespace {

FileKind kind_of(const std::string& head) { return identify(Bytes(head.begin(), head.end())); }

TEST_CASE("first bytes give the kind") {
  CHECK(kind_of("") == FileKind::kUnknown);
  CHECK(kind_of("P") == FileKind::kUnknown);
  CHECK(kind_of("hello") == FileKind::kUnknown);
  CHECK(kind_of("\xD6VAE\x01") == FileKind::kVaec);
  CHECK(kind_of("VAEM") == FileKind::kVaem);
  CHECK(kind_of("P6\n1 1") == FileKind::kPnm);
  CHECK(kind_of("\x89PNG\r\n\x1A\n") == FileKind::kPng);
  CHECK(kind_of("\x89PNG\n\x1A\n") == FileKind::kUnknown);  // line ends were converted
  CHECK(kind_of("\xFF\xD8\xFF\xE0") == FileKind::kJpeg);
  CHECK(kind_of("RIFF....WEBPVP8 ") == FileKind::kWebp);
}

TEST_CASE("foreign files are named in the refusal") {
  const std::string gif = "GIF89a and so on";
  const Result<Image> image = read_picture(Bytes(gif.begin(), gif.end()), {});
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().code == ErrorCode::kUnsupportedFeature);
  CHECK(image.error().text == "a GIF file: only PNG, JPEG, PPM, PGM and PAM are read");
  CHECK(read_picture(Bytes(), {}).error().code == ErrorCode::kTruncated);
  CHECK(read_picture(Bytes(100, 'x'), {}).error().code == ErrorCode::kCorrupt);
}

TEST_CASE("each kind reaches its reader") {
  const Image pixel{.samples = {1, 2, 3}, .width = 1, .height = 1, .channels = 3};
  const Result<Bytes> png = write_png(pixel.view());
  REQUIRE(png.has_value());
  const Result<Image> from_png = read_picture(*png, {});
  REQUIRE(from_png.has_value());
  CHECK(from_png->samples == pixel.samples);
  const std::string ppm = "P6 1 1 255\n\x01\x02\x03";
  const Result<Image> from_ppm = read_picture(Bytes(ppm.begin(), ppm.end()), {});
  REQUIRE(from_ppm.has_value());
  CHECK(from_ppm->samples == pixel.samples);
  const Result<Bytes> jpeg = write_jpeg(pixel.view(), {.jpeg_quality = 100});
  REQUIRE(jpeg.has_value());
  CHECK(read_picture(*jpeg, {}).value().width == 1);
}

}  // namespace
}  // namespace vaecomp
