// The rANS encoder of one stream (SPEC.md section 3). Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/entropy/cdf_tables.h"
#include "codec/entropy/rans.h"
#include "format/bytes.h"
#include "format/limits.h"

namespace vaecomp {

// rANS is last in, first out: values are queued in the order in which they will be decoded, two
// bytes a value (more with escapes and far from 0), and `finish` codes them from the last to the
// first. Borrows the tables, which must outlive it.
class RansEncoder {
 public:
  explicit RansEncoder(const CdfTables& tables) : tables_(&tables) {}

  // Queues a value with scale index 0 .. 63. A value beyond +- tables().max_magnitude(scale_index)
  // (R + 65535; 0 for index 0) is clamped to it. Returns the value that a decoder will read.
  int put_value(int scale_index, int value);

  // The stream of everything queued; the queue is empty afterwards. Never fails, and equal values
  // give equal bytes. With nothing queued: the states alone, 8 bytes.
  Bytes finish();

  const CdfTables& tables() const { return *tables_; }

 private:
  // What is queued: the upper bits are a scale index, the lower ones a symbol of its table, or
  // kFarSymbol, which the symbol's number went before. Index 0 has no table: the lower bits are a
  // raw bit.
  using Entry = std::uint16_t;
  static constexpr int kSymbolBits = 10;
  static constexpr Entry kFarSymbol = (1 << kSymbolBits) - 1;
  static_assert(kScaleIndices << kSymbolBits == 1 << 16 && 2 * kMaxRadius + 1 < 1 << 16);

  void put(Entry entry);
  void put_symbol(int scale_index, int symbol);
  void put_bit(bool bit);
  void put_escape(int scale_index, int value);

  const CdfTables* tables_;
  std::vector<std::vector<Entry>> queue_;  // in pieces, which never move
  std::size_t entries_ = 0;                // of all pieces
  std::size_t symbols_ = 0;                // of which that many are symbols or bits
};

}  // namespace vaecomp
