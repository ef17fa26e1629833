// A pixel as one number, and as the components that are predicted (SPEC.md section 8.3). Exact
// zone.
#pragma once

#include <array>
#include <cstdint>

namespace vaecomp {

inline constexpr int kMaxPlanes = 4;

// What red, green and blue become. Numbers as they stand in the stream.
enum class ColourTransform : std::uint8_t {
  kNone,        // green, red, blue
  kDifference,  // green, red - green, blue - green
  kYCoCg,       // luma, Cg, Co (Malvar and Sullivan, YCoCg-R, 2003)
};
inline constexpr int kColourTransforms = 3;

using Components = std::array<std::int32_t, kMaxPlanes>;

// Samples of up to 8 bits (narrow) or 16 bits (wide), one a lane, the first plane lowest.
struct NarrowSamples {
  using Colour = std::uint32_t;
  using Value = std::int16_t;  // of a component
  static constexpr int kLaneBits = 8;
  static constexpr bool kWide = false;
};
struct WideSamples {
  using Colour = std::uint64_t;
  using Value = std::int32_t;
  static constexpr int kLaneBits = 16;
  static constexpr bool kWide = true;
};

template <typename Samples>
constexpr std::int32_t sample_of(typename Samples::Colour colour, int plane) {
  constexpr typename Samples::Colour kMask = (1 << Samples::kLaneBits) - 1;
  return static_cast<std::int32_t>(colour >> (plane * Samples::kLaneBits) & kMask);
}

template <typename Samples>
constexpr Components to_components(typename Samples::Colour colour, int planes,
                                   ColourTransform transform) {
  Components c = {sample_of<Samples>(colour, 0), sample_of<Samples>(colour, 1),
                  sample_of<Samples>(colour, 2), sample_of<Samples>(colour, 3)};
  if (planes < 3) return c;
  const std::int32_t red = c[0], green = c[1], blue = c[2];
  switch (transform) {
    case ColourTransform::kNone:
      c[0] = green, c[1] = red;
      break;
    case ColourTransform::kDifference:
      c[0] = green, c[1] = red - green, c[2] = blue - green;
      break;
    case ColourTransform::kYCoCg: {
      const std::int32_t co = red - blue, middle = blue + (co >> 1), cg = green - middle;
      c[0] = middle + (cg >> 1), c[1] = cg, c[2] = co;
      break;
    }
  }
  return c;
}

// The reverse; samples keep their lowest bits, so that no damage makes one leave its lane.
template <typename Samples>
constexpr typename Samples::Colour to_colour(Components c, int planes, ColourTransform transform) {
  if (planes >= 3) {
    const std::int32_t first = c[0], second = c[1], third = c[2];
    switch (transform) {
      case ColourTransform::kNone:
        c[0] = second, c[1] = first;
        break;
      case ColourTransform::kDifference:
        c[0] = first + second, c[1] = first, c[2] = first + third;
        break;
      case ColourTransform::kYCoCg: {
        const std::int32_t middle = first - (second >> 1);
        c[1] = second + middle;
        c[2] = middle - (third >> 1);
        c[0] = third + c[2];
        break;
      }
    }
  }
  using Colour = typename Samples::Colour;
  constexpr Colour kMask = (1 << Samples::kLaneBits) - 1;
  Colour colour = 0;
  for (int p = 0; p < planes; ++p)
    colour |= (static_cast<Colour>(c[p]) & kMask) << (p * Samples::kLaneBits);
  return colour;
}

// The values that component p can have, `first` being that of the first component; samples lie in 0
// .. max_sample.
struct ValueRange {
  std::int32_t least, most;
};
constexpr ValueRange range_of(int p, std::int32_t first, int planes, ColourTransform transform,
                              std::int32_t max_sample) {
  if (planes >= 3 && (p == 1 || p == 2)) {
    if (transform == ColourTransform::kDifference) return {-first, max_sample - first};
    if (transform == ColourTransform::kYCoCg) return {-max_sample, max_sample};
  }
  return {0, max_sample};
}

}  // namespace vaecomp
