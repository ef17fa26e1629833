// Rounds and clips. Exact zone.
#include "codec/synthesis/to_pixels.h"

#include <algorithm>
#include <limits>

#include "codec/nn/kernel_targets.h"

namespace vaecomp {
namespace {

// Q6 to a sample, VC-31 and VC-40: 8-bit white, 255, is 65535 in 16 bits, 257 times as much.
template <typename Sample>
VAECOMP_INLINE Sample sample(int p) {
  constexpr int kMax = std::numeric_limits<Sample>::max();
  return static_cast<Sample>(std::clamp((p * (kMax / 255) + 32) >> 6, 0, kMax));
}

template <typename Sample>
VAECOMP_INLINE void convert_rgb(const std::int16_t* from, Sample* to, int width) {
  for (int i = 0; i < 3 * width; ++i) to[i] = sample<Sample>(from[i]);
}

template <typename Sample>
VAECOMP_INLINE Sample grey_sample(const std::int16_t* rgb) {
  return sample<Sample>((rgb[0] + 2 * rgb[1] + rgb[2] + 2) >> 2);
}

template <typename Sample>
VAECOMP_INLINE void convert_grey(const std::int16_t* from, Sample* to, int width) {
  for (int x = 0; x < width; ++x) to[x] = grey_sample<Sample>(from + 3 * x);
}

template <typename Sample>
VAECOMP_INLINE void convert_neutral(const std::int16_t* from, Sample* to, int width) {
  for (int x = 0; x < width; ++x)
    to[3 * x] = to[3 * x + 1] = to[3 * x + 2] = grey_sample<Sample>(from + 3 * x);
}

VAECOMP_KERNEL
void rgb_row(const std::int16_t* from, std::uint8_t* to, int width) {
  convert_rgb(from, to, width);
}

VAECOMP_KERNEL
void rgb_row_16(const std::int16_t* from, std::uint16_t* to, int width) {
  convert_rgb(from, to, width);
}

VAECOMP_KERNEL
void grey_row(const std::int16_t* from, std::uint8_t* to, int width) {
  convert_grey(from, to, width);
}

VAECOMP_KERNEL
void grey_row_16(const std::int16_t* from, std::uint16_t* to, int width) {
  convert_grey(from, to, width);
}

VAECOMP_KERNEL
void neutral_row(const std::int16_t* from, std::uint8_t* to, int width) {
  convert_neutral(from, to, width);
}

VAECOMP_KERNEL
void neutral_row_16(const std::int16_t* from, std::uint16_t* to, int width) {
  convert_neutral(from, to, width);
}

template <typename Sample>
using RowFunction = void (*)(const std::int16_t* from, Sample* to, int width);

}  // namespace

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint8_t* samples) {
  constexpr RowFunction<std::uint8_t> kRows[] = {rgb_row, grey_row, neutral_row};
  kRows[static_cast<int>(kind)](row, samples, width);
}

void to_pixels(const std::int16_t* row, int width, PixelKind kind, std::uint16_t* samples) {
  constexpr RowFunction<std::uint16_t> kRows[] = {rgb_row_16, grey_row_16, neutral_row_16};
  kRows[static_cast<int>(kind)](row, samples, width);
}

}  // namespace vaecomp
