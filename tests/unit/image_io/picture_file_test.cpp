// Each kind of file reaches its reader.
#include "tools/image_io/picture_file.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"

namespace vaecomp {
namespace {

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
  const std::string pfm("Pf\n1 1\n1.0\n\x3F\x80\0\0", 15);
  CHECK(read_picture(Bytes(pfm.begin(), pfm.end()), {}).value().samples16 ==
        std::vector<std::uint16_t>{65535});
  const Result<Bytes> jpeg = write_jpeg(pixel.view(), {.jpeg_quality = 100});
  REQUIRE(jpeg.has_value());
  CHECK(read_picture(*jpeg, {}).value().width == 1);
}

}  // namespace
}  // namespace vaecomp
