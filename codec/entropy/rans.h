// Constants of the rANS coder that encoder and decoder share (SPEC.md section 3). Exact zone.
//
// Asymmetric numeral systems: Duda, "Asymmetric numeral systems: entropy coding combining speed of
// Huffman coding with compression rate of arithmetic coding", arXiv 1311.2540, 2013.
#pragma once

#include <cstdint>

namespace vaecomp {

// The k-th operation of a stream uses state k mod kRansStates (VC-19). More states let a processor
// overlap the dependent steps of neighbouring symbols, and cost about 3.5 bytes each in every
// stream.
inline constexpr int kRansStates = 2;

inline constexpr int kFrequencyBits = 16;
inline constexpr std::uint32_t kFrequencyTotal = 1u << kFrequencyBits;

// A state lies in [kRansLow, kRansLow << 8) between operations, and starts at kRansLow (VC-20,
// VC-22).
inline constexpr std::uint32_t kRansLow = 1u << 23;
inline constexpr std::uint32_t kRansHigh = kRansLow << 8;

inline constexpr std::uint32_t kRawBitFrequency = kFrequencyTotal / 2;  // VC-25

inline constexpr int kStateBytes = 4;
inline constexpr int kStatesBytes = kRansStates * kStateBytes;  // head of every stream

// A part [start, start + frequency) of the 65536 slots that a state's low bits choose from.
struct RansSymbol {
  std::uint16_t start = 0;
  std::uint16_t frequency = 0;  // 1 .. 65533: no table has fewer than four symbols
};

}  // namespace vaecomp
