// Lengths and ranges of chunks, PNG, third edition, 11.3.2 and 11.3.4.
#include "tools/image_io/png_fits.h"

#include <algorithm>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

constexpr std::uint32_t kMostNumber = 0x7FFFFFFF;  // of a PNG integer

bool all_numbers(ByteSpan content, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (load_be32(content, 4 * i) > kMostNumber) return false;
  return true;
}

// Year, month, day, hour, minute, second.
bool is_time(ByteSpan content) {
  return content[2] >= 1 && content[2] <= 12 && content[3] >= 1 && content[3] <= 31 &&
         content[4] <= 23 && content[5] <= 59 && content[6] <= 60;
}

bool are_significant_bits(ByteSpan content, const SampleLayout& layout) {
  const auto channels = static_cast<std::size_t>(layout.channels + (layout.alpha ? 1 : 0));
  const int depth = 8 * layout.sample_bytes();
  return content.size() == channels &&
         std::all_of(content.begin(), content.end(),
                     [depth](std::uint8_t bits) { return bits >= 1 && bits <= depth; });
}

bool is_background(ByteSpan content, const SampleLayout& layout) {
  if (content.size() != static_cast<std::size_t>(2 * layout.channels)) return false;
  for (std::size_t i = 0; i < content.size(); i += 2)
    if (load_be16(content, i) > static_cast<std::uint32_t>(layout.maxval)) return false;
  return true;
}

}  // namespace

bool fits_png(const PngChunk& chunk, const SampleLayout& layout) {
  const ByteSpan content = chunk.content;
  const std::string_view type = chunk.type;
  const std::size_t size = content.size();
  if (type == "cHRM") return size == 32 && all_numbers(content, 8);
  if (type == "gAMA") return size == 4 && all_numbers(content, 1) && load_be32(content, 0) != 0;
  if (type == "sRGB") return size == 1 && content[0] <= 3;
  if (type == "cICP") return size == 4 && content[2] == 0 && content[3] <= 1;
  if (type == "mDCV") return size == 24;
  if (type == "cLLI") return size == 8 && all_numbers(content, 2);
  if (type == "pHYs") return size == 9 && all_numbers(content, 2) && content[8] <= 1;
  if (type == "tIME") return size == 7 && is_time(content);
  if (type == "sBIT") return are_significant_bits(content, layout);
  if (type == "bKGD") return is_background(content, layout);
  return false;
}

}  // namespace vaecomp
