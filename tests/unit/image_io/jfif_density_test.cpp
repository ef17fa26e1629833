// Densities: what comes from whole numbers goes back to them.
#include "tools/image_io/jfif_density.h"

#include <doctest/doctest.h>

#include <cmath>

#include "unit/image_io/make_png.h"

namespace vaecomp {
namespace {

std::optional<JfifDensity> converted(std::uint32_t x, std::uint32_t y, std::uint8_t unit) {
  Bytes content;
  test::put_u32(content, x);
  test::put_u32(content, y);
  content.push_back(unit);
  return jfif_density(content);
}

TEST_CASE("whole numbers per inch and per centimetre are found again") {
  for (std::uint32_t dpi = 1; dpi <= 2400; ++dpi) {
    const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / 0.0254));
    CHECK(converted(per_metre, per_metre, 1) ==
          JfifDensity{1, static_cast<std::uint16_t>(dpi), static_cast<std::uint16_t>(dpi)});
  }
  CHECK(converted(11811, 5906, 1) == JfifDensity{1, 300, 150});
  CHECK(converted(11800, 11800, 1) == JfifDensity{2, 118, 118});
  CHECK(converted(3000, 3001, 1) == JfifDensity{1, 76, 76});
}

TEST_CASE("shapes of pixels fit into 16 bits") {
  CHECK(converted(1, 1, 0) == JfifDensity{0, 1, 1});
  CHECK(converted(160000, 110000, 0) == JfifDensity{0, 16, 11});
  CHECK(converted(1000003, 500000, 0) == JfifDensity{0, 65535, 32767});
}

TEST_CASE("what JFIF cannot say is nothing") {
  CHECK_FALSE(converted(0, 1, 1));
  CHECK_FALSE(converted(1, 1, 2));
  CHECK_FALSE(converted(5, 5, 1));  // 0.1 per inch
  CHECK_FALSE(converted(0x7FFFFFFF, 0x7FFFFFFF, 1));
  CHECK_FALSE(converted(0x7FFFFFFF, 1, 0));
  CHECK_FALSE(jfif_density(Bytes(8)));
}

}  // namespace
}  // namespace vaecomp
