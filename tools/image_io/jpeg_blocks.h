// Reads the codes of 8 x 8 blocks without keeping their coefficients (ITU-T T.81, annexes F and G).
#pragma once

#include <array>
#include <cstdint>

#include "tools/image_io/jpeg_huffman.h"

namespace vaecomp {

// One component's part in a scan.
struct ScanComponent {
  const HuffmanTable* dc = nullptr;
  const HuffmanTable* ac = nullptr;
  const std::array<std::uint16_t, 64>* steps = nullptr;  // quantiser, in zigzag order
  int dc_value = 0;                                      // of the block before
};

// The coefficients that a scan is about: indices first .. last in zigzag order, from bit `low` on;
// `high` is 0 in their first scan.
struct ScanBand {
  bool progressive = false;
  int first = 0, last = 63;
  int high = 0, low = 0;
};

class BlockReader {
 public:
  explicit BlockReader(const ScanBand& band) : band_(band) {}

  // Reads the codes of the next block; null if they are possible, else what is wrong. `nonzero` has
  // a bit for each coefficient of the block that is not zero, kept from scan to scan; progressive
  // scans only.
  const char* read(ScanBits& bits, ScanComponent& component, std::uint64_t& nonzero);

  // Begins a restart interval. False if the last one announced more blocks than there were.
  bool restart() {
    const bool done = zero_blocks_ == 0;
    zero_blocks_ = 0;
    return done;
  }

 private:
  const char* read_dc(ScanBits& bits, ScanComponent& component) const;
  const char* read_ac(ScanBits& bits, const ScanComponent& component) const;
  const char* read_first_ac(ScanBits& bits, const ScanComponent& component, std::uint64_t& nonzero);
  const char* refine_ac(ScanBits& bits, const ScanComponent& component, std::uint64_t& nonzero);

  ScanBand band_;
  std::uint32_t zero_blocks_ = 0;  // EOBRUN: blocks, this one included, without further codes
};

}  // namespace vaecomp
