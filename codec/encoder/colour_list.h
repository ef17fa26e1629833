// The colours that a picture with merged colours has, and how frequent they are.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "codec/encoder/packed_colour.h"

namespace vaecomp {

struct ListedColour {
  PackedColour colour;
  double bits;  // by its frequency
};

// Gathers what became of pixels.
class ColourCount {
 public:
  // A pixel of colour `own` is coded as `coded`.
  void add(PackedColour own, PackedColour coded);

  // The colours that at least `least` pixels have, the most frequent first, kMost at most. One that
  // most of its pixels do not really have is moved to their mean.
  std::vector<ListedColour> list(std::uint32_t least) const;

 private:
  static constexpr std::size_t kMost = 1024;

  struct Seen {
    std::uint32_t count = 0, own = 0;  // pixels that have it, and had it
    std::array<std::uint64_t, 3> sums{};
  };

  std::unordered_map<PackedColour, Seen> seen_;
  PackedColour last_ = 0;
  Seen* last_seen_ = nullptr;  // stays where it is
  std::uint64_t pixels_ = 0;
};

}  // namespace vaecomp
