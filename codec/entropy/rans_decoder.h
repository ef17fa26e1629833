// The rANS decoder of one stream (SPEC.md section 3). Exact zone.
#pragma once

#include <array>
#include <cstdint>

#include "codec/entropy/cdf_tables.h"
#include "codec/entropy/rans.h"
#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// Reads values in the order in which they were queued. Damage never stops the reading, so that the
// inner loop has no error path: past the end bytes read as zero, a bad escape as the value 0, and
// the first cause is remembered until `finish`. Borrows stream and tables, which must outlive it.
class RansDecoder {
 public:
  // Reads the states. Errors: kTruncated or kCorrupt, rule VC-20.
  static Result<RansDecoder> open(ByteSpan stream, const CdfTables& tables);

  // The next value of a table, within +- its max_magnitude; 0 of the tables 0 and 64.
  int get_value(int table);

  // Whether anything has gone wrong so far; `finish` says what.
  bool failed() const { return fault_ != Fault::kNone; }

  // Call after the last value. Errors, with the offset in this stream: kTruncated (VC-21, read past
  // the end), kCorrupt (VC-25, an escape too long; VC-22, wrong last states or bytes left over).
  Result<void> finish() const;

 private:
  enum class Fault : std::uint8_t { kNone, kPastEnd, kLongEscape };

  RansDecoder(ByteSpan stream, const CdfTables& tables)
      : tables_(&tables), begin_(stream.data()), next_(begin_), end_(begin_ + stream.size()) {}

  void record(Fault fault);
  std::uint32_t get_byte();
  // VC-21: removes a symbol from the state whose turn it is and refills the state.
  void advance(RansSymbol symbol);
  bool get_bit();
  int get_escape(int table);

  const CdfTables* tables_;
  const std::uint8_t* begin_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::array<std::uint32_t, kRansStates> states_ = {};
  std::uint32_t turn_ = 0;
  Fault fault_ = Fault::kNone;
  std::uint64_t fault_offset_ = 0;
};

inline std::uint32_t RansDecoder::get_byte() {
  if (next_ != end_) return *next_++;
  record(Fault::kPastEnd);
  return 0;
}

inline void RansDecoder::advance(RansSymbol symbol) {
  std::uint32_t x = states_[turn_];
  const std::uint32_t slot = x & (kFrequencyTotal - 1);
  x = symbol.frequency * (x >> kFrequencyBits) + slot - symbol.start;
  while (x < kRansLow) x = x << 8 | get_byte();
  states_[turn_] = x;
  turn_ = (turn_ + 1) % kRansStates;
}

inline int RansDecoder::get_value(int table) {
  const int radius = tables_->radius(table);
  if (radius == 0) return 0;  // VC-23
  const std::uint32_t slot = states_[turn_] & (kFrequencyTotal - 1);
  const int s = tables_->find(table, slot);
  advance(tables_->symbol(table, s));
  return s <= 2 * radius ? s - radius : get_escape(table);
}

}  // namespace vaecomp
