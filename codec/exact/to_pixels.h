// From the synthesis network's output to samples of 8 or 16 bits (SPEC.md VC-30, VC-31, VC-40,
// VC-42). Exact zone.
#pragma once

#include <cstdint>

namespace vaecomp {

// What a pixel's samples are: red, green and blue; one grey; or that one three times.
enum class PixelKind { kRgb, kGrey, kNeutral };

// Converts the first `width` positions of a row of the network's output, [x][3]: red, green, blue,
// Q6, 8-bit units. To samples: clip((p + 32) >> 6, 0, 255) each, side by side, or for grey and
// neutral pictures one sample of (r + 2 g + b) / 4. A 16-bit sample is clip((257 p + 32) >> 6, 0,
// 65535). `samples` has room for width * (kGrey: 1, else 3).
void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint8_t* samples);
void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint16_t* samples);

}  // namespace vaecomp
