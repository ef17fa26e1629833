// Values in blocks, each as wide as its largest needs.
#include "codec/encoder/packed_latents.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

namespace vaecomp {
namespace {

// Values of a block: one byte of its own tells their width.
constexpr int kBlock = 16;

template <typename Narrow>
bool fits(std::int32_t low, std::int32_t high) {
  return low >= std::numeric_limits<Narrow>::min() && high <= std::numeric_limits<Narrow>::max();
}

template <typename Narrow>
std::uint8_t* store(const std::int32_t* values, std::uint8_t* to) {
  Narrow narrow[kBlock];
  for (int i = 0; i < kBlock; ++i) narrow[i] = static_cast<Narrow>(values[i]);
  *to++ = sizeof(Narrow);
  std::memcpy(to, narrow, sizeof narrow);
  return to + sizeof narrow;
}

template <typename Narrow>
const std::uint8_t* load(const std::uint8_t* from, std::int32_t* values) {
  Narrow narrow[kBlock];
  std::memcpy(narrow, from, sizeof narrow);
  for (int i = 0; i < kBlock; ++i) values[i] = narrow[i];
  return from + sizeof narrow;
}

std::uint8_t* store_block(const std::int32_t* values, std::uint8_t* to) {
  std::int32_t low = values[0], high = values[0];
  for (int i = 1; i < kBlock; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
  if (fits<std::int8_t>(low, high)) return store<std::int8_t>(values, to);
  if (fits<std::int16_t>(low, high)) return store<std::int16_t>(values, to);
  return store<std::int32_t>(values, to);
}

const std::uint8_t* load_block(const std::uint8_t* from, std::int32_t* values) {
  const int width = *from++;
  if (width == sizeof(std::int8_t)) return load<std::int8_t>(from, values);
  if (width == sizeof(std::int16_t)) return load<std::int16_t>(from, values);
  return load<std::int32_t>(from, values);
}

Bytes packed_values(const std::int32_t* values, std::size_t count) {
  const std::size_t blocks = (count + kBlock - 1) / kBlock;
  Bytes room(blocks * (1 + kBlock * sizeof(std::int32_t)));
  std::uint8_t* to = room.data();
  for (std::size_t i = 0; i < count / kBlock; ++i) to = store_block(values + i * kBlock, to);
  if (const std::size_t rest = count % kBlock; rest > 0) {
    std::int32_t block[kBlock] = {};
    std::copy_n(values + count - rest, rest, block);
    to = store_block(block, to);
  }
  return {room.data(), to};
}

void unpack_values(const Bytes& from, std::size_t count, std::int32_t* values) {
  if (from.empty()) {
    std::fill_n(values, count, 0);
    return;
  }
  const std::uint8_t* at = from.data();
  for (std::size_t i = 0; i < count / kBlock; ++i) at = load_block(at, values + i * kBlock);
  if (const std::size_t rest = count % kBlock; rest > 0) {
    std::int32_t block[kBlock];
    load_block(at, block);
    std::copy_n(block, rest, values + count - rest);
  }
}

// Copies `channels` channels of each of `width` positions between rows of other widths.
void copy_channels(const std::int32_t* from, int from_stride, std::int32_t* to, int to_stride,
                   int channels, int width) {
  for (int x = 0; x < width; ++x) {
    std::copy_n(from + static_cast<std::size_t>(x) * from_stride, channels,
                to + static_cast<std::size_t>(x) * to_stride);
  }
}

}  // namespace

PackedLatents::PackedLatents(int height, int width, std::vector<int> cuts)
    : height_(height), width_(width), cuts_(std::move(cuts)) {
  assert(cuts_.size() >= 2 && cuts_.front() == 0 && std::is_sorted(cuts_.begin(), cuts_.end()));
  rows_.resize(static_cast<std::size_t>(height) * groups());
}

void PackedLatents::write(int y, int first, int end, const std::int32_t* row) {
  std::vector<std::int32_t> part;
  for (int group = 0; group < groups(); ++group) {
    const int channels = group_channels(group), begin = cuts_[group];
    if (begin < first || begin + channels > end) continue;
    const std::size_t count = static_cast<std::size_t>(width_) * channels;
    part.resize(count);
    copy_channels(row + begin - first, end - first, part.data(), channels, channels, width_);
    rows_[static_cast<std::size_t>(y) * groups() + group] = packed_values(part.data(), count);
  }
}

void PackedLatents::read(int y, int first, int end, std::int32_t* row) const {
  std::vector<std::int32_t> part;
  for (int group = 0; group < groups(); ++group) {
    const int channels = group_channels(group), begin = cuts_[group];
    const std::size_t count = static_cast<std::size_t>(width_) * channels;
    if (begin == first && begin + channels == end)
      return unpack_values(packed(y, group), count, row);
    const int from = std::max(first, begin), to = std::min(end, begin + channels);
    if (from >= to) continue;
    part.resize(count);
    unpack_values(packed(y, group), count, part.data());
    copy_channels(part.data() + from - begin, channels, row + from - first, end - first, to - from,
                  width_);
  }
}

PackedLatents PackedLatents::rows(int first, int count) const {
  PackedLatents part(count, width_, cuts_);
  std::copy_n(rows_.begin() + std::ptrdiff_t{first} * groups(), part.rows_.size(),
              part.rows_.begin());
  return part;
}

LatentsQ8 unpacked(const PackedLatents& latents) {
  LatentsQ8 result(latents.height(), latents.width(), latents.channels());
  for (int y = 0; y < result.height; ++y) latents.read(y, 0, result.channels, result.at(y, 0));
  return result;
}

void pack(const LatentsQ8& from, PackedLatents& to) {
  for (int y = 0; y < from.height; ++y) to.write(y, 0, from.channels, from.at(y, 0));
}

}  // namespace vaecomp
