// Canonical codes: a table for short ones, a comparison per length for the others.
#include "tools/image_io/jpeg_huffman.h"

#include <algorithm>

#include "tools/image_io/jpeg_walk.h"

namespace vaecomp {

void ScanBits::fill() {
  while (count_ <= 56 && at_ < end_) {
    const std::uint8_t* next = at_ + 1;
    if (*at_ == 0xFF) {
      while (next < end_ && *next == 0xFF) ++next;
      if (next == end_ || *next != 0) return;  // a marker, or the end
      ++next;
    }
    bits_ |= std::uint64_t{*at_} << (56 - count_);
    count_ += 8;
    at_ = next;
  }
}

std::size_t ScanBits::position() const {
  return static_cast<std::size_t>(at_ - begin_) - std::min<std::size_t>(count_ / 8, at_ - begin_);
}

bool ScanBits::is_filled_up() const {
  const int count = count_ % 8;
  if (count == 0) return true;
  const std::uint64_t rest = bits_ >> (64 - count);
  return rest == 0 || rest == (1u << count) - 1;
}

ByteSpan ScanBits::skip_to_marker() {
  const std::uint8_t* first = at_;
  for (int i = 0; i < count_ / 8; ++i) {
    const bool stuffed = first - begin_ >= 2 && first[-1] == 0 && first[-2] == 0xFF;
    first -= stuffed ? 2 : 1;
  }
  while (at_ < end_ && !(at_[0] == 0xFF && at_ + 1 < end_ && restart_number(at_[1]) >= 0)) ++at_;
  bits_ = 0;
  count_ = 0;
  return {first, at_};
}

int ScanBits::take_restart() {
  if (end_ - at_ < 2) return -1;
  const int number = restart_number(at_[1]);
  at_ += 2;
  return number;
}

bool HuffmanTable::read(ByteSpan& content) {
  *this = {};
  if (content.size() < 16) return false;
  const ByteSpan counts = content.first(16);
  std::size_t total = 0;
  for (const std::uint8_t count : counts) total += count;
  if (total > symbols_.size() || content.size() < 16 + total) return false;
  std::copy_n(content.begin() + 16, total, symbols_.begin());
  content = content.subspan(16 + total);

  std::uint32_t code = 0;
  std::int32_t index = 0;
  for (int length = 1; length <= 16; ++length) {
    first_index_[length] = index - static_cast<std::int32_t>(code);
    for (int i = 0; i < counts[length - 1]; ++i, ++code, ++index) {
      if (length > kShortBits) continue;
      const std::size_t spread = std::size_t{1} << (kShortBits - length);
      if ((code + 1) * spread > short_.size()) return false;
      std::fill_n(short_.begin() + code * spread, spread,
                  Short{static_cast<std::uint8_t>(length), symbols_[index]});
    }
    if (code > (1u << length)) return false;
    code_end_[length] = code;
    code <<= 1;
  }
  defined_ = true;
  return true;
}

int HuffmanTable::long_symbol(ScanBits& bits, std::uint32_t next) const {
  for (int length = kShortBits + 1; length <= 16; ++length) {
    const std::uint32_t code = next >> (16 - length);
    if (code >= code_end_[length]) continue;
    const std::int32_t index = first_index_[length] + static_cast<std::int32_t>(code);
    if (index < 0 || index >= 256) return -1;
    bits.drop(length);
    return symbols_[index];
  }
  return -1;
}

}  // namespace vaecomp
