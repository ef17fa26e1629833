// What metadata say about colours: precedence, what is sRGB, what becomes a profile.
#include "tools/image_io/colour_profile.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/image_io/make_icc.h"

namespace vaecomp {
namespace {

PngChunk chunk_of(const char* type, std::initializer_list<std::uint32_t> numbers) {
  PngChunk chunk{type, {}};
  for (const std::uint32_t number : numbers) test::put_u32(chunk.content, number);
  return chunk;
}

PngChunk gamma(std::uint32_t value) { return chunk_of("gAMA", {value}); }

PngChunk cicp(int primaries, int transfer, int full_range = 1) {
  return {"cICP",
          {static_cast<std::uint8_t>(primaries), static_cast<std::uint8_t>(transfer), 0,
           static_cast<std::uint8_t>(full_range)}};
}

const PngChunk kSrgbPoints =
    chunk_of("cHRM", {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000});
const PngChunk kWidePoints =
    chunk_of("cHRM", {31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000});

ColourMeaning meaning(const std::vector<PngChunk>& chunks, const Bytes& icc = {},
                      int channels = 3) {
  Metadata metadata;
  metadata.display = chunks;
  metadata.icc = icc;
  return colour_meaning(metadata, channels);
}

int channels_of(const Bytes& profile) {
  const Result<ProfileInfo> info = inspect_profile(profile);
  REQUIRE(info.has_value());
  return info->channels;
}

TEST_CASE("what is sRGB needs no word and no profile") {
  const std::vector<std::vector<PngChunk>> all{{},
                                               {{"sRGB", {0}}},
                                               {gamma(45455)},
                                               {gamma(45455), kSrgbPoints},
                                               {kSrgbPoints},
                                               {{"sRGB", {1}}, gamma(100000), kWidePoints},
                                               {cicp(1, 13)},
                                               {cicp(2, 2)},
                                               {chunk_of("mDCV", {0, 0, 0, 0, 0, 0})},
                                               {{"gAMA", {1, 2}}}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    const ColourMeaning found = meaning(all[i]);
    CHECK(found.is_srgb);
    CHECK(found.has_profile);
    CHECK(found.profile.empty());
  }
  // Primaries mean nothing for grey.
  CHECK(meaning({kWidePoints}, {}, 1).is_srgb);
  CHECK(meaning({cicp(9, 13)}, {}, 1).is_srgb);
}

TEST_CASE("gAMA and cHRM become a profile, the same on every run") {
  for (const int channels : {1, 3}) {
    const ColourMeaning found = meaning({gamma(100000)}, {}, channels);
    CHECK_FALSE(found.is_srgb);
    CHECK(found.name == "gamma 1 (gAMA)");
    CHECK(channels_of(found.profile) == channels);
    CHECK(found.profile.size() < 1000);
    CHECK(meaning({gamma(100000)}, {}, channels).profile == found.profile);
    // The made profile means what the chunk meant.
    const ColourMeaning again = meaning({}, found.profile, channels);
    CHECK_FALSE(again.is_srgb);
    CHECK(again.name == "gamma 1 (gAMA) (ICC profile)");
  }
  const ColourMeaning wide = meaning({gamma(45455), kWidePoints});
  CHECK(wide.name == "primaries of their own, gamma 2.2 (gAMA, cHRM)");
  CHECK(channels_of(wide.profile) == 3);
  CHECK(meaning({kWidePoints}).name == "primaries of their own, sRGB transfer (cHRM)");
}

TEST_CASE("every code point of SDR becomes a profile") {
  for (const int primaries : {1, 4, 5, 6, 7, 8, 9, 11, 12, 22}) {
    for (const int transfer : {1, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17}) {
      if (primaries == 1 && transfer == 13) continue;
      CAPTURE(primaries);
      CAPTURE(transfer);
      const ColourMeaning found = meaning({cicp(primaries, transfer)});
      CHECK_FALSE(found.is_srgb);
      CHECK(found.has_profile);
      CHECK(channels_of(found.profile) == 3);
    }
  }
  CHECK(meaning({cicp(12, 13)}).name == "P3 primaries, sRGB transfer (cICP)");
}

TEST_CASE("HDR, narrow range and unknown codes have no profile") {
  for (const PngChunk& chunk :
       {cicp(9, 16), cicp(9, 18), cicp(1, 13, 0), cicp(99, 13), cicp(1, 9)}) {
    const ColourMeaning found = meaning({chunk});
    CHECK_FALSE(found.is_srgb);
    CHECK_FALSE(found.has_profile);
    CHECK(found.profile.empty());
  }
  CHECK(meaning({cicp(9, 16)}).name == "BT.2020 primaries, PQ transfer (cICP)");
  CHECK_FALSE(meaning({cicp(9, 18)}, {}, 1).is_srgb);
  // The picture's own profile is the best that is left, but HDR does not go without a word.
  const Bytes own = test::make_icc("own", 0);
  const ColourMeaning hdr = meaning({cicp(9, 16)}, own);
  CHECK(hdr.profile == own);
  CHECK_FALSE(hdr.has_profile);
}

TEST_CASE("primaries without sense are told, not used") {
  const ColourMeaning found = meaning({gamma(100000), chunk_of("cHRM", {1, 0, 1, 0, 1, 0, 1, 0})});
  CHECK_FALSE(found.has_profile);
  CHECK(found.profile.empty());
  CHECK_FALSE(meaning({chunk_of("cHRM", {31270, 32900, 50000, 50000, 50000, 50000, 50000, 50000})})
                  .has_profile);
  CHECK(meaning({gamma(0)}).is_srgb);
  CHECK(meaning({gamma(0xFFFFFFFF)}).is_srgb);
}

TEST_CASE("a profile's meaning is found by applying it") {
  const Bytes srgb = test::make_icc("any name", 0), linear = test::make_icc("linear light", 1);
  CHECK(meaning({}, srgb).is_srgb);
  CHECK(meaning({}, srgb).profile == srgb);
  CHECK_FALSE(meaning({}, linear).is_srgb);
  CHECK(meaning({}, linear).name == "linear light (ICC profile)");
  CHECK(meaning({}, test::make_icc("grey", 0, "GRAY"), 1).is_srgb);
  CHECK_FALSE(meaning({}, test::make_icc("grey", 1.8, "GRAY"), 1).is_srgb);
  const ColourMeaning junk = meaning({}, Bytes(500, 7));
  CHECK_FALSE(junk.is_srgb);
  CHECK(junk.has_profile);
  CHECK(junk.profile == Bytes(500, 7));
}

TEST_CASE("cICP comes before the profile, the profile before the rest") {
  const Bytes srgb = test::make_icc("sRGB", 0), linear = test::make_icc("linear", 1);
  CHECK(meaning({{"sRGB", {0}}, gamma(45455)}, linear).profile == linear);
  CHECK(meaning({cicp(1, 8)}, linear).profile == linear);  // says the same
  const ColourMeaning overridden = meaning({cicp(12, 13)}, linear);
  CHECK(overridden.profile != linear);
  CHECK(overridden.name == "P3 primaries, sRGB transfer (cICP)");
  CHECK(meaning({cicp(1, 13)}, linear).profile.empty());
  CHECK(meaning({cicp(1, 13)}, srgb).profile == srgb);
}

TEST_CASE("no profile: wrong length, wrong signature, cut, another kind") {
  const Bytes good = test::make_icc("good", 0);
  CHECK(inspect_profile(good)->description == "good");
  Bytes longer = good, unsigned_one = good;
  longer.push_back(0);
  unsigned_one[36] = 'x';
  for (const Bytes& bad :
       {Bytes(), Bytes(good.begin(), good.begin() + 100), longer, unsigned_one}) {
    const Result<ProfileInfo> info = inspect_profile(bad);
    REQUIRE_FALSE(info.has_value());
    CHECK(info.error().code == ErrorCode::kCorrupt);
  }
  CHECK(inspect_profile(test::make_icc("press", 0, "CMYK"))->channels == 0);
}

TEST_CASE("damaged profiles never crash") {
  const Bytes good = test::make_icc("good", 0);
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes damaged = good;
    damaged[at] ^= 0xA5;
    meaning({}, damaged);
    meaning({}, damaged, 1);
  }
}

}  // namespace
}  // namespace vaecomp
