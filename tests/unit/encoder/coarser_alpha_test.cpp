// Alpha with fewer levels: near what it was, transparent and opaque where it was so, and smaller.
#include "codec/encoder/coarser_alpha.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/target.hpp"

namespace vaecomp {
namespace {

// Alpha falls off from the middle, as that of a shadow.
Image shadow(int depth) {
  Image image = test::picture(120, 90, 3, 4);
  const int unit = depth == 16 ? 257 : 1;
  if (depth == 16) image = test::deepened(image);
  test::Random random(6);
  for (int y = 0; y < 90; ++y)
    for (int x = 0; x < 120; ++x) {
      const int distance = (x - 60) * (x - 60) + (y - 45) * (y - 45);
      const int alpha = std::max(0, std::min(255, 300 - distance / 12 + random.below(4)));
      image.alpha.push_back(static_cast<std::uint16_t>(alpha * unit));
    }
  return image;
}

TEST_CASE("alpha moves by no more than is said") {
  for (const int depth : {8, 16}) {
    const Image image = shadow(depth);
    const int unit = depth == 16 ? 257 : 1, full = 255 * unit;
    for (const int quality : {0, 30, 75, 93, 94, 100}) {
      CAPTURE(quality);
      std::vector<std::uint16_t> storage;
      const ImageView coarse = with_coarser_alpha(image.view(), quality, storage);
      bool near = true, ends = true, changed = false;
      for (std::size_t i = 0; i < image.alpha.size(); ++i) {
        const int before = image.alpha[i], after = coarse.alpha[i];
        near &= std::abs(after - before) <= alpha_error(quality) * unit;
        ends &= (before == 0) == (after == 0) && (before == full) == (after == full);
        changed |= before != after;
      }
      CHECK(near);
      CHECK(ends);
      CHECK(changed == (alpha_error(quality) > 0));
    }
  }
  CHECK(alpha_error(100) == 0);
  CHECK(alpha_error(0) == 16);
}

TEST_CASE("streams shrink with the quality of alpha, and are verified") {
  const Model& model = test::tiny_model();
  const Image image = shadow(8);
  std::uint64_t last = ~std::uint64_t{0};
  for (const int quality : {100, 80, 50, 0}) {
    const EncodeOptions options{.effort = 1, .verify = true, .alpha_quality = quality};
    const Bytes stream = encode(model, image.view(), options).value();
    CHECK(probe(stream)->alpha_bytes < last);
    last = probe(stream)->alpha_bytes;
    const Image back = decode(model, stream).value();
    if (quality == 100) CHECK(back.alpha == image.alpha);
    const TargetedStream aimed =
        encode_to(model, image.view(), SizeTarget{stream.size()}, options).value();
    CHECK(probe(aimed.stream)->alpha_bytes == last);
  }
}

TEST_CASE("what alpha cannot have") {
  const Model& model = test::tiny_model();
  const Image image = shadow(8);
  for (const EncodeOptions& options :
       {EncodeOptions{.alpha_quality = 101}, EncodeOptions{.alpha_quality = -1},
        EncodeOptions{.lossless = true, .alpha_quality = 99}})
    CHECK(encode(model, image.view(), options).error().code == ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vaecomp
