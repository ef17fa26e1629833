// Exact patches: what they cover comes back, the rest is left alone, and damage is found out.
#include "codec/decoder/patches.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "codec/encoder/enc_patches.h"
#include "format/byte_writer.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

// Letters on paper, then noise; some blocks of both are covered.
struct Page {
  StreamHeader header;
  Image image;
  BlockMask mask;
  Bytes section;

  Page(std::uint8_t flags, int width, int height, std::uint32_t seed) : mask(width, height) {
    header.flags = flags;
    header.width = static_cast<std::uint32_t>(width);
    header.height = static_cast<std::uint32_t>(height);
    const int channels = (flags & kFlagGrey) != 0 ? 1 : 3;
    image = {.samples = {}, .width = width, .height = height, .channels = channels};
    test::Random random(seed);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < channels; ++c) {
          const int letter = (x * 7 / 3 + y * 5 / 2) % 11 < 3 ? 10 + 40 * c : 250;
          image.samples.push_back(
              static_cast<std::uint8_t>(2 * x < width ? letter : random.below(256)));
        }
    if ((flags & kFlag16Bits) != 0)
      for (const std::uint8_t sample : image.samples)
        image.samples16.push_back(static_cast<std::uint16_t>(sample * 255 + random.below(2)));
    for (std::size_t i = 0; i < mask.size(); ++i) mask.set(i, i % 3 != 1);
    ThreadPool pool(1);
    section = encode_patches(image.view(), mask, pool);
  }

  Result<Patches> open(ByteSpan bytes, int threads = 1) const {
    ThreadPool pool(threads);
    return Patches::open({.tag = kTagPatches, .offset = kOffset, .payload = bytes}, header, pool);
  }

  // Of all rows, over samples that are all `blank`.
  template <typename Sample>
  std::vector<Sample> laid(const Patches& patches, Sample blank) const {
    const std::size_t stride = std::size_t{1} * header.width * header.channels();
    std::vector<Sample> samples(stride * header.height, blank);
    for (std::uint32_t y = 0; y < header.height; ++y)
      patches.lay_over(static_cast<int>(y), &samples[stride * y]);
    return samples;
  }

  static constexpr std::uint64_t kOffset = 1000;
};

template <typename Sample>
void check_laid(const Page& page, const std::vector<Sample>& original) {
  constexpr Sample kBlank = 77;
  const auto channels = static_cast<std::size_t>(page.header.channels());
  const std::size_t given = page.image.channels;
  for (const int threads : {1, 3}) {
    const Result<Patches> patches = page.open(page.section, threads);
    REQUIRE(patches);
    CHECK(patches->mask() == page.mask);
    const std::vector<Sample> laid = page.laid(*patches, kBlank);
    int wrong = 0;
    for (std::size_t i = 0; i < laid.size(); ++i) {
      const std::size_t pixel = i / channels, channel = i % channels;
      const auto x = static_cast<int>(pixel % page.header.width);
      const auto y = static_cast<int>(pixel / page.header.width);
      const Sample exact = original[pixel * given + std::min(channel, given - 1)];
      wrong += laid[i] != (page.mask.covers(x, y) ? exact : kBlank);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("covered samples are replaced, no others, of every kind of picture (VC-34)") {
  for (const int flags : {0, +kFlagGrey, kFlagGrey | kFlagNeutral})
    for (const bool deep : {false, true})
      for (const auto& [width, height] : {std::pair(1, 1), {17, 100}, {150, 33}}) {
        CAPTURE(flags);
        CAPTURE(deep);
        CAPTURE(width);
        const Page page(static_cast<std::uint8_t>(flags | (deep ? kFlag16Bits : 0)), width, height,
                        5);
        if (deep) {
          check_laid(page, page.image.samples16);
        } else {
          check_laid(page, page.image.samples);
        }
      }
}

TEST_CASE("every cut is an error within the section") {
  for (const int flags : {0, kFlagGrey | kFlag16Bits}) {
    const Page page(static_cast<std::uint8_t>(flags), 34, 20, 2);
    for (std::size_t size = 0; size < page.section.size(); ++size) {
      const Result<Patches> patches = page.open(ByteSpan(page.section).first(size));
      REQUIRE_FALSE(patches);
      CHECK(error_family(patches.error().code) == 2);
      CHECK(patches.error().offset >= Page::kOffset);
      CHECK(patches.error().offset <= Page::kOffset + size);
      CHECK(patches.error().text.starts_with("patches: "));
    }
    Bytes longer = page.section;
    longer.push_back(0);
    CHECK_FALSE(page.open(longer));
  }
}

TEST_CASE("a flipped bit of any byte is an error or other samples") {
  for (const int flags : {0, kFlagGrey | kFlag16Bits}) {
    const Page page(static_cast<std::uint8_t>(flags), 34, 20, 3);
    Bytes bytes = page.section;
    int unnoticed = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto flip = static_cast<std::uint8_t>(1 << i % 8);
      bytes[i] ^= flip;
      const Result<Patches> patches = page.open(bytes);
      if (!patches) {
        CHECK(error_family(patches.error().code) == 2);
      } else {
        ++unnoticed;
        // Reads everything that is laid over.
        if (flags == 0) {
          page.laid<std::uint8_t>(*patches, 0);
        } else {
          page.laid<std::uint16_t>(*patches, 0);
        }
      }
      bytes[i] ^= flip;
    }
    CHECK(unnoticed < static_cast<int>(bytes.size()) / 4);
  }
}

TEST_CASE("a mask may be anything, and so may what follows it") {
  test::Random random(9);
  for (int trial = 0; trial < 100; ++trial) {
    const Page page(trial % 2 == 0 ? 0 : +kFlagGrey, 1 + random.below(90), 1 + random.below(90), 4);
    const Bytes mask = encode_mask(page.mask);
    ByteWriter writer;
    if (trial % 3 == 0) {
      writer.varint(mask.size());
      writer.bytes(mask);
      writer.u8(0);
      writer.varint(static_cast<std::uint32_t>(random.below(page.image.height)));
      writer.u8(static_cast<std::uint8_t>(random.below(6)));
    } else {
      writer.varint(static_cast<std::uint32_t>(random.below(60)));
    }
    // A state in range now and then lets the decoder go on.
    for (int i = 0; i < 200; ++i)
      writer.u8(static_cast<std::uint8_t>(i % 8 == 7 ? random.below(128) : random.below(256)));
    const Result<Patches> patches = page.open(writer.data());
    REQUIRE_FALSE(patches);
    CHECK(error_family(patches.error().code) == 2);
  }
}

TEST_CASE("what is wrong with a mask is found before planes take memory (VC-32, VC-53)") {
  StreamHeader header;
  header.width = header.height = 1 << 14;
  ByteWriter writer;
  const Bytes mask = encode_mask(BlockMask(1 << 14, 1 << 14));
  CHECK(mask.size() < 64);
  writer.varint(mask.size());
  writer.bytes(mask);
  ThreadPool pool(1);
  const Section section = {.tag = kTagPatches, .offset = 0, .payload = writer.data()};
  const Result<ReadMask> read = read_mask(section, header);
  REQUIRE_FALSE(read);
  CHECK(read.error().rule == "VC-53");
  CHECK(Patches::open(section, header, pool).error().rule == "VC-53");
}

}  // namespace
}  // namespace vaecomp
