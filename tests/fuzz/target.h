// What a fuzzer runs, and what it begins with.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "format/bytes.h"

namespace vaecomp::fuzz {

// Changes `size` bytes in place, to at most `max_size`, and returns how many there are then: what
// libFuzzer or `replay` have for bytes of which they know nothing.
using MutateBytes = std::size_t (*)(std::uint8_t* data, std::size_t size, std::size_t max_size);

// Changes an input while it keeps what readers check first: checksums, lengths, compressed frames.
// The result may be larger than `max_size`; the caller then takes something else.
using Mutator = Bytes (*)(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes);

struct Target {
  std::string_view name;
  // Must return for every input; what breaks a promise ends the process (see require.h).
  void (*run)(ByteSpan input);
  std::vector<Bytes> (*seeds)();  // made of the repository's vectors and models
  Mutator mutate = nullptr;       // null: bytes are changed as they are
  int mutants = 120;              // that `replay` makes of seeds and finds: what takes a second
};

// Each is in a file of its name below targets/.
extern const Target kContainer, kJpeg, kMemory, kMetadata, kModel, kOptions, kPlanes, kPng, kPnm,
    kRans, kRoundTrip, kSections, kStream;

inline constexpr const Target* kTargets[] = {&kContainer, &kJpeg,     &kMemory, &kMetadata, &kModel,
                                             &kOptions,   &kPlanes,   &kPng,    &kPnm,      &kRans,
                                             &kRoundTrip, &kSections, &kStream};

// Null if there is none of this name.
inline const Target* find_target(std::string_view name) {
  for (const Target* target : kTargets)
    if (target->name == name) return target;
  return nullptr;
}

}  // namespace vaecomp::fuzz
