// Lengths are checked before they are believed.
#include "tools/image_io/png_walk.h"

#include <zlib.h>

#include <algorithm>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

constexpr std::size_t kHeadBytes = 8, kCrcBytes = 4;
constexpr std::uint32_t kMaxLength = 0x7FFFFFFF;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::optional<FoundChunk> PngWalk::next() {
  const ByteSpan rest = file_.subspan(at_);
  if (rest.size() < kHeadBytes) return std::nullopt;
  const std::uint32_t length = load_be32(rest, 0);
  FoundChunk chunk{.offset = at_,
                   .type = {reinterpret_cast<const char*>(rest.data()) + 4, 4},
                   .content = rest.subspan(kHeadBytes)};
  if (length > kMaxLength || !std::all_of(chunk.type.begin(), chunk.type.end(), is_letter)) {
    return std::nullopt;
  }
  chunk.content = chunk.content.first(std::min<std::size_t>(length, chunk.content.size()));
  chunk.cut = rest.size() < kHeadBytes + length + kCrcBytes;
  if (!chunk.cut && check_crcs_) {
    const auto crc = crc32_z(0, rest.data() + 4, std::size_t{4} + length);
    chunk.crc_good = crc == load_be32(rest, kHeadBytes + length);
  }
  at_ = chunk.cut ? file_.size() : at_ + kHeadBytes + length + kCrcBytes;
  return chunk;
}

}  // namespace vaecomp
