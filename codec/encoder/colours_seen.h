// Which colour followed the last time that a pixel had such neighbours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/encoder/packed_colour.h"

namespace vaecomp {

class ColoursSeen {
 public:
  ColoursSeen() : slots_(std::size_t{1} << kBits) {}

  struct Slot {
    PackedColour colour = 0;
    std::uint8_t count = 0;  // how sure it is; 0: none was seen
  };

  // The slot of the neighbours left, above, right and left of that one.
  Slot& at(PackedColour w, PackedColour n, PackedColour ne, PackedColour nw) {
    std::uint64_t hash = w;
    for (const PackedColour colour : {n, ne, nw}) hash = hash * kFactor + colour;
    hash = (hash ^ hash >> 32) * kFactor;
    return slots_[hash >> (64 - kBits)];
  }

  static void learn(Slot& slot, PackedColour colour) {
    if (slot.count > 0 && slot.colour == colour) {
      slot.count = static_cast<std::uint8_t>(std::min(slot.count + 1, 255));
    } else if (slot.count > 1) {
      slot.count /= 2;
    } else {
      slot = {colour, 1};
    }
  }

 private:
  static constexpr int kBits = 16;
  static constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;

  std::vector<Slot> slots_;
};

}  // namespace vaecomp
