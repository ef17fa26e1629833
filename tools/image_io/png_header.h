// What IHDR says (PNG, third edition, 11.2.1), and the colours that go with it.
#pragma once

#include <cstdint>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct PngHeader {
  std::uint32_t width = 0, height = 0;
  int depth = 0;          // bits per sample: 1, 2, 4, 8, 16
  int colour = 0;         // bit 0: palette, bit 1: colour, bit 2: alpha
  ByteSpan palette = {};  // of PLTE, red, green and blue of each entry; empty if there is none

  bool has_palette() const { return (colour & 1) != 0; }
  bool is_grey() const { return (colour & 2) == 0; }
  bool has_alpha() const { return (colour & 4) != 0; }

  int samples_per_pixel() const {
    return (is_grey() || has_palette() ? 1 : 3) + (has_alpha() ? 1 : 0);
  }
};

}  // namespace vaecomp
