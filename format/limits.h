// Every bound that SPEC.md and MODEL.md name.
#pragma once

#include <cstdint>

namespace vaecomp {

inline constexpr int kQualities = 101;                          // VC-07: 0 .. 100
inline constexpr std::uint32_t kMaxSide = 1u << 20;             // VC-05
inline constexpr std::uint64_t kDefaultMaxPixels = 1ull << 28;  // VC-06
inline constexpr std::uint32_t kMaxModelPayload = 1u << 28;     // VM-03
inline constexpr std::uint32_t kMaxMetadata = 1u << 26;         // VC-37, each section
inline constexpr int kLatentStride = 16;                        // pixels per latent, SPEC.md 2
inline constexpr int kHyperStride = 64;                         // pixels per hyper latent
inline constexpr int kBandRows = 32;                            // VC-17, in latent rows
inline constexpr int kScaleIndices = 64;                        // VC-23
inline constexpr int kTrellisStates = 128;                      // VC-52
inline constexpr int kTrellisFeedback = 78;                     // of an odd state, VC-52
inline constexpr int kTrellisEntry = 43;                        // of an odd value, VC-52
inline constexpr int kMaxRadius = 8191;                         // VM-24
inline constexpr int kMaxEscapeBits = 15;                       // VC-25

inline constexpr int kMaxKernel = 15;   // VM-09: depthwise, odd
inline constexpr int kMaxShuffle = 16;  // VM-09
inline constexpr int kMinShift = 32;    // VM-09, but 1 for affine
inline constexpr int kMaxShift = 46;    // VM-09

// What a decoder is willing to do; checked before anything that depends on the size is allocated.
struct Limits {
  std::uint64_t max_pixels = kDefaultMaxPixels;
  std::uint32_t max_side = kMaxSide;
};

}  // namespace vaecomp
