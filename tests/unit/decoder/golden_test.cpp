// Golden streams: what was written once decodes to the same pixels on every machine, compiler and
// byte order.
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "format/crc32c.h"
#include "support/files.h"

namespace vaecomp {
namespace {

// tests/golden/manifest.txt: a line a stream: file, model, width, height, channels, CRC-32C of the
// samples in hexadecimal.
TEST_CASE("golden streams decode to their pixels") {
  const Bytes text = test::read_file("tests/golden/manifest.txt");
  std::istringstream lines(std::string(text.begin(), text.end()));
  int streams = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string file, model_file, hash;
    int width = 0, height = 0, channels = 0;
    fields >> file >> model_file >> width >> height >> channels >> hash;
    REQUIRE_FALSE(fields.fail());
    CAPTURE(file);
    const Model model = test::load_model(model_file);
    const Bytes stream = test::read_file("tests/golden/" + file);
    for (int threads : {1, 2, 7}) {
      const auto image = decode(model, stream, {.threads = threads});
      if (!image) FAIL(image.error().message());
      CHECK(image->width == width);
      CHECK(image->height == height);
      CHECK(image->channels == channels);
      CHECK(crc32c(image->samples) == std::stoul(hash, nullptr, 16));
    }
    ++streams;
  }
  CHECK(streams >= 6);
}

}  // namespace
}  // namespace vaecomp
