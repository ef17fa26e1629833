// Every bound that SPEC.md and MODEL.md name.
#pragma once

#include <cstdint>

namespace vaecomp {

inline constexpr int kQualities = 101;                          // VC-07: 0 .. 100
inline constexpr std::uint32_t kMaxSide = 1u << 20;             // VC-05
inline constexpr std::uint64_t kDefaultMaxPixels = 1ull << 28;  // VC-06
inline constexpr std::uint32_t kMaxModelPayload = 1u << 28;     // VM-03
inline constexpr std::uint32_t kMaxMetadata = 1u << 26;         // VC-37, all sections together
inline constexpr std::uint32_t kDefaultMaxMetadata = 1u << 24;  // VC-37
inline constexpr std::uint32_t kMaxTexts = 1u << 16;            // VC-38
inline constexpr std::uint32_t kMaxDisplayChunks = 256;         // VC-39
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
  std::uint64_t max_metadata = kDefaultMaxMetadata;  // bytes, of all kinds together, unpacked
};

// What a reader of model files is willing to do. A model's weights hardly compress, and no layer of
// a trained one shares them: what a small file makes of itself beyond that is an attack.
struct ModelLimits {
  std::uint64_t max_payload = kMaxModelPayload;  // bytes, unpacked
  std::uint64_t max_expansion = 64;  // unpacked bytes per packed one, of those above kFreePayload
  std::uint64_t max_sharing = 4;     // times that a weight is used, of those above kFreeWeights
  // Products, those that values cost included, of all networks that decoding runs and of all that
  // only encoding runs, per pixel. The default model has 26,000 and 14,000.
  std::uint64_t max_work = 1u << 18;

  static constexpr std::uint64_t kFreePayload = 1u << 20;
  static constexpr std::uint64_t kFreeWeights = 1u << 20;
};

}  // namespace vaecomp
