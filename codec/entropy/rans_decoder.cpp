// Opening and closing of a stream, and the rare escapes.
#include "codec/entropy/rans_decoder.h"

#include <algorithm>

namespace vaecomp {

Result<RansDecoder> RansDecoder::open(ByteSpan stream, const CdfTables& tables) {
  if (stream.size() < kStatesBytes) {
    return Error{ErrorCode::kTruncated, "an entropy-coded stream is shorter than its states",
                 stream.size(), "VC-20"};
  }
  RansDecoder decoder(stream, tables);
  for (std::uint32_t& x : decoder.states_) {
    const std::uint64_t offset = decoder.next_ - decoder.begin_;
    x = load_le<std::uint32_t>(decoder.next_);
    decoder.next_ += kStateBytes;
    if (x < kRansLow || x >= kRansHigh) {
      return Error{ErrorCode::kCorrupt, "an entropy coder state is out of range", offset, "VC-20"};
    }
  }
  return decoder;
}

void RansDecoder::record(Fault fault) {
  if (failed()) return;
  fault_ = fault;
  fault_offset_ = next_ - begin_;
}

bool RansDecoder::get_bit() {
  constexpr std::uint16_t kHalf = kRawBitFrequency;
  const bool bit = (states_[turn_] & kHalf) != 0;
  advance({bit ? kHalf : std::uint16_t{0}, kHalf});
  return bit;
}

int RansDecoder::get_escape(int table) {
  int bits = 0;
  while (get_bit()) {
    if (++bits > kMaxEscapeBits) {
      record(Fault::kLongEscape);
      return 0;
    }
  }
  int excess = 1;
  for (int i = 0; i < bits; ++i) excess = excess << 1 | static_cast<int>(get_bit());
  const int magnitude = tables_->radius(table) + excess;  // R + 1 + (2^k + r - 1)
  return get_bit() ? -magnitude : magnitude;
}

Result<void> RansDecoder::finish() const {
  if (fault_ == Fault::kPastEnd) {
    return Error{ErrorCode::kTruncated, "an entropy-coded stream ends early", fault_offset_,
                 "VC-21"};
  }
  if (fault_ == Fault::kLongEscape) {
    return Error{ErrorCode::kCorrupt, "an escaped value is too long", fault_offset_, "VC-25"};
  }
  const std::uint64_t offset = next_ - begin_;
  if (next_ != end_) {
    return Error{ErrorCode::kCorrupt, "an entropy-coded stream has bytes left over", offset,
                 "VC-22"};
  }
  if (std::any_of(states_.begin(), states_.end(), [](auto x) { return x != kRansLow; })) {
    return Error{ErrorCode::kCorrupt, "an entropy coder's last state is wrong", offset, "VC-22"};
  }
  return {};
}

}  // namespace vaecomp
