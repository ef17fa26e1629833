// The parts of the commands that look inside: names, colours, arrays, heat and difference pictures.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tools/vaecomp/picture/background.h"
#include "tools/vaecomp/picture/difference.h"
#include "tools/vaecomp/study/colour_map.h"
#include "tools/vaecomp/study/heat_picture.h"
#include "tools/vaecomp/study/latent_arrays.h"
#include "tools/vaecomp/study/npy.h"
#include "tools/vaecomp/study/numbered_name.h"

namespace vaecomp {
namespace {

std::string name_of(const char* pattern, int number) {
  const Result<NumberedName> name = NumberedName::parse(pattern);
  REQUIRE_MESSAGE(name.has_value(), pattern);
  return name->name(number);
}

TEST_CASE("numbered names") {
  CHECK(name_of("a%d.png", 7) == "a7.png");
  CHECK(name_of("a%02d.png", 7) == "a07.png");
  CHECK(name_of("a%02d.png", 123) == "a123.png");
  CHECK(name_of("%d", 0) == "0");
  CHECK(name_of("50%%-%03d%%", 4) == "50%-004%");
  for (const char* bad : {"", "a.png", "%", "a%", "%s", "%x", "%d%d", "%0d", "%00d", "%2d", "%010d",
                          "%-2d", "%02", "%%d", "%n%d", "%d%"})
    CHECK_MESSAGE(!NumberedName::parse(bad).has_value(), bad);
}

TEST_CASE("the colour map goes from black to white, ever brighter") {
  CHECK(cubehelix(-1) == std::array<double, 3>{0, 0, 0});
  CHECK(cubehelix(2) == std::array<double, 3>{1, 1, 1});
  double last = -1;
  bool coloured = false;
  for (int i = 0; i <= 255; ++i) {
    const auto [r, g, b] = cubehelix(i / 255.0);
    const double brightness = 0.30 * r + 0.59 * g + 0.11 * b;  // the weights Green built on
    CHECK(brightness > last);
    CHECK(std::abs(brightness - i / 255.0) < 0.02);
    coloured |= std::abs(r - b) > 0.3;
    last = brightness;
  }
  CHECK(coloured);
}

TEST_CASE("a hyper latent's bits go to the latents it serves, at the border too") {
  StudiedLatents studied;
  studied.latents.rows = 5;
  studied.latents.columns = 6;
  studied.bits.assign(30, 10);
  studied.hyper_rows = studied.hyper_columns = 2;
  studied.hyper_bits = {160, 80, 40, 20};
  const HeatMap map = heat_map(studied);
  CHECK(map.density[0] == doctest::Approx((10 + 160 / 16.0) / 256));
  CHECK(map.density[5] == doctest::Approx((10 + 80 / 8.0) / 256));
  CHECK(map.density[4 * 6] == doctest::Approx((10 + 40 / 4.0) / 256));
  CHECK(map.density[29] == doctest::Approx((10 + 20 / 2.0) / 256));
  CHECK(map.total_bits == doctest::Approx(300 + 300));
  CHECK(map.mean == doctest::Approx(600.0 / 30 / 256));
}

TEST_CASE("a picture of nothing coded is black") {
  HeatMap map;
  map.rows = map.columns = 1;
  map.density = {0};
  const Image image = heat_picture(map, 3, 2, {}, nullptr);
  CHECK(image.samples == Bytes(18, 0));
}

TEST_CASE("differences round to the nearest and clip") {
  Image a{.samples = {0, 100, 255}, .width = 1, .height = 1, .channels = 3};
  Image b{.samples = {255, 99, 250}, .width = 1, .height = 1, .channels = 3};
  CHECK(difference_picture(a, b, 1).samples == Bytes{255, 127, 123});
  CHECK(difference_picture(b, a, 10).samples == Bytes{0, 138, 178});
  a.samples16 = {1000, 1000, 0};
  b.samples16 = {1129, 1128, 65535};
  CHECK(difference_picture(a, b, 1).samples == Bytes{129, 128, 255});
  CHECK(difference_picture(b, a, kMaxGain).samples == Bytes{0, 1, 0});
}

TEST_CASE("colours are six hexadecimal digits") {
  const Result<Colour> colour = parse_colour("#0aF080");
  REQUIRE(colour.has_value());
  CHECK(colour->red == 0x0A);
  CHECK(colour->green == 0xF0);
  CHECK(colour->blue == 0x80);
  CHECK(parse_colour("ffffff").has_value());
  for (const char* bad : {"", "#", "fff", "#fffffff", "#-12345", "0x1234", "#12 456"})
    CHECK_MESSAGE(!parse_colour(bad).has_value(), bad);
}

TEST_CASE("flattening is exact at both ends and rounds between, in both depths") {
  Image image{.samples = {10, 20, 30, 40, 50, 60, 0, 255, 101}, .width = 3, .height = 1};
  image.alpha = {0, 255, 127};
  const Image flat = flattened(image, {200, 100, 1});
  CHECK(flat.alpha.empty());
  // 127/255 of the sample and 128/255 of the colour.
  CHECK(flat.samples == Bytes{200, 100, 1, 40, 50, 60, 100, 177, 51});

  Image deep{.samples = {}, .width = 2, .height = 1, .channels = 1};
  deep.samples16 = {7, 60000};
  deep.alpha = {0, 65535};
  const Image grey = flattened(deep, {255, 255, 255});
  CHECK(grey.channels == 1);
  CHECK(grey.samples16 == std::vector<std::uint16_t>{65535, 60000});
  const Image rgb = flattened(deep, {255, 0, 1});
  CHECK(rgb.channels == 3);
  CHECK(rgb.samples16 == std::vector<std::uint16_t>{65535, 0, 257, 60000, 60000, 60000});

  image.alpha.clear();
  CHECK(flattened(image, {1, 2, 3}).samples == image.samples);
}

TEST_CASE("a .npy file, byte for byte") {
  const Bytes file = write_npy({"x", {2, 1}, {1.0f, -2.0f}});
  REQUIRE(file.size() == 128 + 8);
  const std::string head(file.begin() + 10, file.begin() + 128);
  CHECK(head.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, ), }"));
  CHECK(head.back() == '\n');
  CHECK(load_le<std::uint16_t>(file.data() + 8) == 118);
  CHECK(Bytes(file.begin() + 128, file.end()) == Bytes{0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0});
}

TEST_CASE("arrays go from channel innermost to channel outermost") {
  Latents latents{.header = {}, .rows = 1, .columns = 2, .channels = 3, .values = {}};
  latents.values = {16, 32, 48, 8, -8, 1};
  const NamedArray array = latents_array(latents);
  CHECK(array.shape == std::vector<std::uint64_t>{3, 1, 2});
  CHECK(array.values == std::vector<float>{1, 0.5f, 2, -0.5f, 3, 0.0625f});
}

}  // namespace
}  // namespace vaecomp
