// Mutators that know a format (see target.h): what they change still gets past its checksums.
#pragma once

#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {

// A stream's header, or its sections: their content, unpacked where it is metadata, their order,
// number and tags. Lengths and the checksum follow.
Bytes mutate_stream(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate);

// A model's payload, unpacked. Size, id and checksum follow.
Bytes mutate_model(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate);

// A PNG's chunks: their content, unpacked where it is samples, their order, number and types.
// Lengths and CRCs follow.
Bytes mutate_png(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate);

}  // namespace vaecomp::fuzz
