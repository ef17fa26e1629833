// Output formats by name and extension.
#include "tools/vaecomp/picture/picture_output.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/picture_file.h"

namespace vaecomp {
namespace {

PictureFormat chosen(const char* name, const char* path) {
  PictureFormat format{};
  const Status failed = choose_format(name, path, format);
  CHECK_FALSE(failed.has_value());
  return format;
}

TEST_CASE("the name wins over the extension, which wins over PNG") {
  CHECK(chosen("", "a.png") == PictureFormat::kPng);
  CHECK(chosen("", "a.PPM") == PictureFormat::kPpm);
  CHECK(chosen("", "a.pgm") == PictureFormat::kPgm);
  CHECK(chosen("", "b.ppm/a") == PictureFormat::kPng);
  CHECK(chosen("", "-") == PictureFormat::kPng);
  CHECK(chosen("", "a.out") == PictureFormat::kPng);
  CHECK(chosen("pnm", "a.out") == PictureFormat::kPnm);
  CHECK(chosen("pnm", "a.pgm") == PictureFormat::kPnm);
  CHECK(chosen("jpg", "a.jpeg") == PictureFormat::kJpeg);
  CHECK(chosen("png", "-") == PictureFormat::kPng);
  CHECK(chosen("", "a.jpg") == PictureFormat::kJpeg);
  CHECK(chosen("", "a.JPEG") == PictureFormat::kJpeg);
  CHECK(chosen("", "a.pam") == PictureFormat::kPam);
}

TEST_CASE("no PNG under another format's name") {
  PictureFormat format{};
  const Status failed = choose_format("", "a.WebP", format);
  REQUIRE(failed.has_value());
  CHECK(failed->error.code == ErrorCode::kInvalidArgument);
  CHECK(failed->error.text == ".webp is not written: use .png, .jpg, .pam, .ppm or .pgm");
}

TEST_CASE("no format under another's name") {
  PictureFormat format{};
  const Status failed = choose_format("jpg", "a.PNG", format);
  REQUIRE(failed.has_value());
  CHECK(failed->error.code == ErrorCode::kInvalidArgument);
  CHECK(failed->error.text.starts_with("a jpg (--format) would have the name of a png: "));
  CHECK(choose_format("png", "a.vaec", format));
  CHECK(choose_format("ppm", "a.pgm", format));
}

TEST_CASE("names of pictures") {
  for (const char* name : {"a.png", "b/a.JPEG", "a.webp", "a.tiff", "a.heic"})
    CHECK(is_picture_name(name));
  for (const char* name : {"a.vaec", "a.vaem", "png", "a.png/b", "-", "a."})
    CHECK_FALSE(is_picture_name(name));
}

TEST_CASE("grey and RGB in each format") {
  const Image grey{.samples = {9}, .width = 1, .height = 1, .channels = 1};
  const Image rgb{.samples = {1, 2, 3}, .width = 1, .height = 1, .channels = 3};
  for (const PictureFormat format :
       {PictureFormat::kPng, PictureFormat::kPnm, PictureFormat::kPgm}) {
    const Result<Bytes> file = write_picture(grey.view(), format);
    REQUIRE(file.has_value());
    CHECK(read_picture(*file, {}).value().samples == grey.samples);
  }
  const Result<Bytes> spread = write_picture(grey.view(), PictureFormat::kPpm);
  REQUIRE(spread.has_value());
  CHECK(read_picture(*spread, {}).value().samples == Bytes{9, 9, 9});
  CHECK(write_picture(rgb.view(), PictureFormat::kPgm).error().code == ErrorCode::kInvalidArgument);
  const Result<Bytes> kept = write_picture(rgb.view(), PictureFormat::kPnm);
  REQUIRE(kept.has_value());
  CHECK(read_picture(*kept, {}).value().samples == rgb.samples);
}

TEST_CASE("alpha goes where there is room for it") {
  const Image image{
      .samples = {9, 8, 7}, .width = 1, .height = 1, .channels = 3, .samples16 = {}, .alpha = {5}};
  for (const PictureFormat format :
       {PictureFormat::kPng, PictureFormat::kPam, PictureFormat::kPnm}) {
    const Result<Bytes> file = write_picture(image.view(), format);
    REQUIRE(file.has_value());
    CHECK(read_picture(*file, {}).value().alpha == image.alpha);
  }
  for (const PictureFormat format : {PictureFormat::kPpm, PictureFormat::kJpeg}) {
    const Result<Bytes> file = write_picture(image.view(), format);
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().code == ErrorCode::kInvalidArgument);
    CHECK(file.error().text.find("transparency") != std::string::npos);
  }
}

}  // namespace
}  // namespace vaecomp
