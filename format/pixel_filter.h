// The filter section of a lossy stream: a small linear filter over what the synthesis network gives
// (SPEC.md section 1.6).
#pragma once

#include <cstdint>

#include "format/container.h"

namespace vaecomp {

// Half of the neighbourhood of a pixel; the other half mirrors it.
struct FilterOffset {
  std::int8_t dy, dx;
};
inline constexpr int kFilterReach = 3;
inline constexpr FilterOffset kFilterOffsets[] = {{0, 1},  {0, 2}, {0, 3}, {1, -2},
                                                  {1, -1}, {1, 0}, {1, 1}, {1, 2},
                                                  {2, -1}, {2, 0}, {2, 1}, {3, 0}};
// Those of them that are two steps away at most.
inline constexpr std::uint8_t kNearOffsets[] = {0, 1, 4, 5, 6, 9};

// Features of a pixel, in this order: second differences of X0 at the 12 offsets, of X1 and of X2
// at the near ones, then the three X themselves and a constant.
inline constexpr int kFeaturesOfX1 = 12, kFeaturesOfX2 = 18, kOwnFeatures = 24,
                     kConstantFeature = 27;
inline constexpr int kFilterFeatures = 28;
inline constexpr int kFilterConstant = 64;  // the constant feature

// Which features each of X0, X1, X2 is corrected by, in the order of the stream.
inline constexpr int kMaxFilterTaps = 20;
struct FilterTaps {
  int count;
  std::uint8_t features[kMaxFilterTaps];
};
inline constexpr FilterTaps kFilterTaps[3] = {
    {20, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 18, 21, 24, 25, 26, 27}},
    {18, {12, 13, 14, 15, 16, 17, 0, 1, 4, 5, 6, 9, 18, 21, 24, 25, 26, 27}},
    {18, {18, 19, 20, 21, 22, 23, 0, 1, 4, 5, 6, 9, 12, 15, 24, 25, 26, 27}},
};

inline constexpr int kFilterFraction = 11;     // bits of coefficients after the point
inline constexpr int kMaxFilterSum = 1 << 14;  // VC-56: so that sums fit 32 bits
inline constexpr int kMaxFilterClasses = 4;

struct PixelFilter {
  int classes = 0;  // of pixels, by activity: 1, 2 or 4; 0: no filter
  // [class][of X0, X1, X2][tap], in 1/2048; their absolute values add up to kMaxFilterSum at most.
  std::int16_t coefficients[kMaxFilterClasses][3][kMaxFilterTaps] = {};

  bool operator==(const PixelFilter&) const = default;
  bool is_bounded() const;  // VC-56, and 0, 1, 2 or 4 classes
};

// Coefficients of one class and one of X0, X1, X2, `count` of them, as the stream codes them: the
// bits that they take.
int filter_bits(const std::int16_t* coefficients, int count);

// Precondition: 1, 2 or 4 classes, and the bound of sums.
Bytes write_pixel_filter(const PixelFilter& filter);

// That of a lossy stream, one without classes if it has no such section. Errors: kCorrupt or
// kTruncated, VC-56, with the offset in the file.
Result<PixelFilter> read_pixel_filter(const Container& container);

}  // namespace vaecomp
