// The rANS encoder of one stream (SPEC.md section 3). Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/entropy/cdf_tables.h"
#include "codec/entropy/rans.h"
#include "format/bytes.h"

namespace vaecomp {

// rANS is last in, first out: values are queued in the order in which they will be decoded, four
// bytes a value (more with escapes), and `finish` codes them from the last to the first. Borrows
// the tables, which must outlive it.
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
  void put_bit(bool bit);
  void put_escape(int scale_index, int value);

  const CdfTables* tables_;
  std::vector<RansSymbol> queue_;
};

}  // namespace vaecomp
