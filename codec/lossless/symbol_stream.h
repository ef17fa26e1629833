// Constants that SymbolEncoder and SymbolDecoder share (SPEC.md section 8.1). Exact zone.
//
// rANS as in codec/entropy, with one wide state: what is decoded next depends on what was decoded
// just before, so that a second state would have nothing to do, and a wide one is refilled rarely.
#pragma once

#include <cstdint>

namespace vaecomp {

inline constexpr int kShareBits = 16;  // probabilities are shares of 65536
inline constexpr std::uint32_t kShareTotal = 1u << kShareBits;

// A state lies in [kStateLow, kStateLow << 32) between operations, starts at kStateLow, and is
// refilled by words of 32 bits (VC-44).
inline constexpr std::uint64_t kStateLow = std::uint64_t{1} << 31;
inline constexpr int kWideStateBytes = 8;
inline constexpr int kWordBytes = 4;

// An encoder works backwards, so it keeps what it has to code: at most so many operations, a chunk
// with a state of its own (VC-43).
inline constexpr int kChunkOperations = 1 << 18;

}  // namespace vaecomp
