// Latents before quantisation, as the encoder hands them to the exact zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vaecomp {

inline constexpr int kLatentOne = 256;  // a quantisation step

// The centre of the posterior box, in 1/256 of the quantisation step, layout
// [row][column][channel].
struct LatentsQ8 {
  int height = 0, width = 0, channels = 0;
  std::vector<std::int32_t> values;  // height * width * channels

  LatentsQ8() = default;
  LatentsQ8(int h, int w, int c)
      : height(h), width(w), channels(c), values(static_cast<std::size_t>(h) * w * c) {}

  std::int32_t* at(int y, int x) { return values.data() + index(y, x); }
  const std::int32_t* at(int y, int x) const { return values.data() + index(y, x); }

 private:
  std::size_t index(int y, int x) const {
    return (static_cast<std::size_t>(y) * width + x) * channels;
  }
};

}  // namespace vaecomp
