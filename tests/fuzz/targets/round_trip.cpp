// Small pictures of every kind through encoder and decoder, with every choice that an encoder has.
#include <algorithm>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"
#include "vaecomp/target.hpp"

namespace vaecomp::fuzz {
namespace {

Image chosen_picture(Choices& choices) {
  Image image{.samples = {}, .width = 1 + choices.below(70), .height = 1 + choices.below(70)};
  const std::uint32_t kind = choices.byte();
  image.channels = (kind & 1) != 0 ? 1 : 3;
  const std::size_t pixels = static_cast<std::size_t>(image.width) * image.height;
  if ((kind & 4) != 0) {
    const std::uint32_t first = choices.u16(), step = choices.u16();
    for (std::size_t i = 0; i < pixels; ++i)
      image.alpha.push_back(
          static_cast<std::uint16_t>((first + i / 50 * step) & ((kind & 2) != 0 ? 65535 : 255)));
  }
  if ((kind & 8) != 0) {
    const ByteSpan icc = choices.bytes(choices.byte()), exif = choices.bytes(choices.byte());
    image.metadata.icc.assign(icc.begin(), icc.end());
    image.metadata.exif.assign(exif.begin(), exif.end());
    image.metadata.text.push_back({"Comment", "", "", std::string(choices.byte(), 'x')});
  }
  const std::uint32_t ramp = (kind & 16) != 0 ? 1 : 0;
  const ByteSpan source = choices.rest();
  for (std::size_t i = 0; i < pixels * image.channels; ++i) {
    std::uint32_t value = source.empty() ? 0 : source[i % source.size()];
    value += ramp * static_cast<std::uint32_t>(i / 3 % image.width + i / 200);
    if ((kind & 32) != 0 && image.channels == 3)
      value = source.empty() ? 9 : source[i / 3 % source.size()];
    if ((kind & 2) != 0) {
      image.samples16.push_back(static_cast<std::uint16_t>(value * 257 + i % 5));
    } else {
      image.samples.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return image;
}

EncodeOptions chosen_options(Choices& choices) {
  EncodeOptions options{.quality = choices.below(101), .threads = 1 + choices.below(3)};
  const std::uint32_t flags = choices.byte();
  constexpr int kEfforts[] = {1, 1, 1, 1, 2, 3, 5, 6};  // quick ones more often
  options.effort = kEfforts[flags & 7];
  options.lossless = (flags & 24) == 24;
  options.learned_only = (flags & 32) != 0;
  options.verify = (flags & 64) != 0;
  if ((flags & 128) != 0 && !options.lossless) options.alpha_quality = choices.below(101);
  return options;
}

void check_decoded(const Image& image, ByteSpan stream, const EncodeOptions& options) {
  const Result<Image> back = decode(tiny_model(), stream, {.threads = 1});
  if (!back) std::fprintf(stderr, "%s\n", back.error().message().c_str());
  require(back.has_value(), "what was encoded decodes");
  require(back->width == image.width && back->height == image.height &&
              back->channels == image.channels && back->depth() == image.depth(),
          "to a picture of the same kind");
  require(back->metadata == image.metadata, "with its metadata");
  const std::uint16_t opaque = image.depth() == 16 ? 65535 : 255;
  const bool has_alpha = std::any_of(image.alpha.begin(), image.alpha.end(),
                                     [&](std::uint16_t a) { return a != opaque; });
  if (options.alpha_quality == 100)
    require(has_alpha ? back->alpha == image.alpha : back->alpha.empty(), "and its alpha");
  if (options.lossless)
    require(back->samples == image.samples && back->samples16 == image.samples16,
            "and, lossless, its samples");
}

void run(ByteSpan input) {
  Choices choices(input);
  const EncodeOptions options = chosen_options(choices);
  const int target = choices.below(8);
  const Image image = chosen_picture(choices);
  if (target == 1 && !options.lossless) {
    const SizeTarget size{.bytes = static_cast<std::uint64_t>(40 + image.width * 3)};
    const auto found = encode_to(tiny_model(), image.view(), size, options);
    require(found.has_value(), "a size can be aimed at");
    require(!found->met || found->stream.size() <= size.bytes, "a size that is met is kept");
    return check_decoded(image, found->stream, options);
  }
  const Result<Bytes> stream = encode(tiny_model(), image.view(), options);
  if (!stream) std::fprintf(stderr, "%s\n", stream.error().message().c_str());
  require(stream.has_value(), "a sound picture can be encoded");
  check_decoded(image, *stream, options);
}

std::vector<Bytes> seeds() {
  const Bytes samples = seed_of({3, 70, 200, 9, 120, 121, 122, 250, 250, 4, 90, 33, 0, 255, 17});
  std::vector<Bytes> seeds;
  for (const int flags : {0, 4, 5, 24, 64 + 32, 64 + 36})
    for (const int kind : {0, 1, 2, 16, 32, 16 + 2, 48})
      seeds.push_back(seed_of({30 + 9 * (flags % 7), 0, flags, 0, 40, 25, kind}, samples));
  seeds.push_back(seed_of({50, 1, 0, 0, 33, 12, 4, 0, 0, 9, 0}, samples));
  seeds.push_back(seed_of({50, 1, 128, 30, 0, 33, 12, 6, 0, 0, 9, 1}, samples));
  seeds.push_back(seed_of({50, 2, 24, 0, 33, 12, 14, 7, 7, 3, 0, 2, 1, 2, 1, 9, 5}, samples));
  seeds.push_back(seed_of({50, 0, 0, 1, 33, 12, 16}, samples));
  return seeds;
}

}  // namespace

extern const Target kRoundTrip = {"round_trip", run, seeds};

}  // namespace vaecomp::fuzz
