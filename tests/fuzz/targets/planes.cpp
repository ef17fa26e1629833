// Exact planes, with and without a mask: bytes are decoded as planes, and samples are encoded and
// come back.
#include "tests/support/planes.h"

#include "codec/lossless/block_mask.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

bool covered(const BlockMask* mask, const PlanesShape& shape, std::size_t sample) {
  if (mask == nullptr) return true;
  const auto pixel = static_cast<int>(sample / static_cast<std::size_t>(shape.planes));
  return mask->covers(pixel % shape.width, pixel / shape.width);
}

void check_round_trip(const test::Planes& planes, const BlockMask* mask) {
  const Bytes bytes = test::encoded(planes, 1, mask);
  const auto back = test::decoded(bytes, planes.shape, 2, mask);
  require(back.has_value(), "encoded planes decode");
  for (std::size_t i = 0; i < planes.samples.size(); ++i)
    require((*back)[i] == planes.samples[i] || !covered(mask, planes.shape, i),
            "every sample comes back");
}

// A block for each bit of a number; none if that leaves the mask without a block.
BlockMask chosen_mask(const PlanesShape& shape, std::uint32_t bits) {
  BlockMask mask(shape.width, shape.height);
  for (std::size_t block = 0; block < mask.size(); ++block)
    mask.set(block, (bits >> block % 16 & 1) != 0);
  return mask;
}

void run(ByteSpan input) {
  Choices choices(input);
  PlanesShape shape{.width = 1 + choices.below(96), .height = 1 + choices.below(96)};
  const std::uint32_t kind = choices.byte();
  shape.planes = 1 + static_cast<int>(kind & 3);
  shape.depth = (kind & 4) != 0 ? 16 : 8;
  const BlockMask masked = chosen_mask(shape, choices.u16());
  const BlockMask* mask = (kind & 8) != 0 && masked.count() > 0 ? &masked : nullptr;
  if (mask != nullptr) {
    const Result<BlockMask> back = decode_mask(encode_mask(masked), shape.width, shape.height);
    require(back && *back == masked, "masks come back");
  }

  if ((kind & 16) == 0) {
    const ByteSpan bytes = choices.rest();
    if (const auto mask_read = decode_mask(bytes, shape.width, shape.height); !mask_read)
      require_sound(mask_read.error(), bytes.size());
    const auto samples = test::decoded(bytes, shape, 1, mask);
    if (!samples) return require_sound(samples.error(), bytes.size());
    const test::Planes planes(
        shape, [&, i = std::size_t{0}](int, int, int) mutable { return (*samples)[i++]; });
    return check_round_trip(planes, mask);
  }
  // Samples of a few levels, repeated, and of all.
  const Bytes source(choices.rest().begin(), choices.rest().end());
  const int levels = (kind & 32) != 0 ? 4 : 256;
  const auto value = [&](int x, int y, int p) -> int {
    if (source.empty()) return 0;
    const std::size_t i = static_cast<std::size_t>(y * shape.width + x) * shape.planes + p;
    const int sample = source[i % source.size()] % levels;
    return shape.depth == 16 ? sample * 257 ^ (levels == 256 ? source[i / 7 % source.size()] : 0)
                             : sample;
  };
  check_round_trip(test::Planes(shape, value), mask);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  for (const int kind : {0, 2, 3, 4, 6, 8, 10, 14}) {
    const PlanesShape shape{40, 24, 1 + (kind & 3), (kind & 4) != 0 ? 16 : 8};
    const BlockMask mask = chosen_mask(shape, 0x16);
    for (const int levels : {3, 250}) {
      const test::Planes planes(shape, [&](int x, int y, int p) {
        return levels < 4 ? (x / 5 + y / 3) % levels : (x * 3 + y * 5 + p + x * y % 7) % levels;
      });
      const Bytes bytes = test::encoded(planes, 1, (kind & 8) != 0 ? &mask : nullptr);
      seeds.push_back(seed_of({39, 23, kind, 0x16, 0}, bytes));
    }
    seeds.push_back(seed_of({39, 23, kind | 16, 0x16, 0, 1, 2, 3, 99, 98, 97, 7, 200}));
    seeds.push_back(seed_of({60, 33, kind | 48, 0x16, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 0}));
  }
  return seeds;
}

}  // namespace

extern const Target kPlanes = {"planes", run, seeds};

}  // namespace vaecomp::fuzz
