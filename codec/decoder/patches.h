// Blocks of a lossy picture that are exact (SPEC.md section 1.4).
#pragma once

#include <cstdint>

#include "codec/base/thread_pool.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/exact_rows.h"
#include "format/container.h"

namespace vaecomp {

class Patches {
 public:
  // Decodes a patches section. Errors: those of decode_mask and ExactRows::open, with the offset in
  // the file.
  static Result<Patches> open(const Section& section, const StreamHeader& header, ThreadPool& pool);

  const BlockMask& mask() const { return mask_; }

  // Writes the samples of row y, [column][channel] as the header has channels, that lie in patches
  // over what the networks gave.
  void lay_over(int y, std::uint8_t* row) const;
  void lay_over(int y, std::uint16_t* row) const;

 private:
  Patches(BlockMask mask, ExactRows rows, const StreamHeader& header);

  template <typename Sample>
  void lay(int y, Sample* row) const;

  BlockMask mask_;
  ExactRows rows_;
  int width_, channels_, planes_;
};

// The mask alone, and how many bytes it takes in front of the planes.
struct ReadMask {
  BlockMask mask;
  std::size_t bytes = 0;
};
Result<ReadMask> read_mask(const Section& section, const StreamHeader& header);

}  // namespace vaecomp
