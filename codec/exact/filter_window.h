// The rows around a pixel that the filter of decoded pixels reads, in a ring (SPEC.md section 1.6).
// Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/kernels/filter_kernels.h"

namespace vaecomp {

// Rows come from the top to the bottom, and can be asked for kFilterReach rows later; at the top
// and the bottom the outermost is repeated.
class FilterWindow {
 public:
  // Of a picture of width * height pixels. Without levels those of its rows are null.
  FilterWindow(int width, int height, bool with_levels);

  // Takes the next row of the network, [width][3], Q6.
  void take(const std::int16_t* colours);

  // Rows before this one can be asked for.
  int ready() const { return taken_ == height_ ? height_ : taken_ - kFilterReach; }

  // Row y of the last that became ready: not before the one of kFilterReach rows ago. What it
  // points to stays until the next call of take() or row().
  FilterRow row(int y);

 private:
  static constexpr int kRows = 2 * kFilterReach + 1;

  std::int16_t* plane(int j, int y);  // column 0 of Xj in row y
  void find_activity(int y);

  const int width_, height_;
  const bool with_levels_;
  int taken_ = 0;
  std::vector<std::int16_t> planes_;  // [row of the ring][of X0, X1, X2][kFilterReach + width + ..]
  std::vector<std::int16_t> colours_;   // [row of the ring][width][3]
  std::vector<std::int32_t> activity_;  // [row of the ring][width]
  std::vector<std::uint16_t> curves_;   // of a row
  std::vector<std::uint8_t> levels_;    // of a row
};

}  // namespace vaecomp
