// Which parts of a picture are coded exactly, when not all of it is (SPEC.md section 8.9). Exact
// zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

// A flag for each block of kSide x kSide pixels, counted from the picture's upper left corner;
// those at right and bottom may be smaller.
class BlockMask {
 public:
  static constexpr int kSide = 16;

  BlockMask() = default;

  // No block of a picture of width x height pixels, each at least 1.
  BlockMask(int width, int height)
      : columns_((width + kSide - 1) / kSide),
        rows_((height + kSide - 1) / kSide),
        flags_(std::size_t{1} * columns_ * rows_) {}

  // All blocks of it.
  static BlockMask whole(int width, int height) {
    BlockMask mask(width, height);
    mask.flags_.assign(mask.flags_.size(), 1);
    return mask;
  }

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  std::size_t size() const { return flags_.size(); }

  bool has(std::size_t block) const { return flags_[block] != 0; }
  bool has(int column, int row) const { return flags_[index(column, row)] != 0; }
  void set(std::size_t block, bool flag) { flags_[block] = flag; }

  // Whether pixel (x, y) lies in a block of the mask.
  bool covers(int x, int y) const { return has(index_of(x, y)); }

  // The block that pixel (x, y) lies in.
  std::size_t index_of(int x, int y) const { return index(x / kSide, y / kSide); }

  std::size_t count() const;

  bool operator==(const BlockMask&) const = default;

 private:
  std::size_t index(int column, int row) const { return std::size_t{1} * row * columns_ + column; }

  int columns_ = 0, rows_ = 0;
  std::vector<std::uint8_t> flags_;
};

Bytes encode_mask(const BlockMask& mask);

// The mask of a picture of width x height pixels. Errors: kTruncated, kCorrupt, with the offset in
// `bytes` (VC-44, VC-45; VC-53: no block).
Result<BlockMask> decode_mask(ByteSpan bytes, int width, int height);

}  // namespace vaecomp
