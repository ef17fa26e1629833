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

  // Queues a value of a table. A value beyond +- tables().max_magnitude(table) (R + 65535; 0 for
  // tables 0 and 64) is clamped to it. Returns the value that a decoder will read.
  int put_value(int table, int value);

  // The stream of everything queued; the queue is empty afterwards. Never fails, and equal values
  // give equal bytes. With nothing queued: the states alone, 8 bytes.
  Bytes finish();

  const CdfTables& tables() const { return *tables_; }

 private:
  // What is queued: the upper bits are a table's number, the lower ones one of its symbols, or
  // kFarSymbol, which the symbol's number went before. Table 0 has no symbols: the lower bits are a
  // raw bit.
  using Entry = std::uint16_t;
  static constexpr int kSymbolBits = 9;
  static constexpr Entry kFarSymbol = (1 << kSymbolBits) - 1;
  static_assert(2 * kScaleIndices << kSymbolBits == 1 << 16 && 2 * kMaxRadius + 1 < 1 << 16);

  void put(Entry entry);
  void put_symbol(int table, int symbol);
  void put_bit(bool bit);
  void put_escape(int table, int value);

  const CdfTables* tables_;
  std::vector<std::vector<Entry>> queue_;  // in pieces, which never move
  std::size_t entries_ = 0;                // of all pieces
  std::size_t symbols_ = 0;                // of which that many are symbols or bits
};

}  // namespace vaecomp
