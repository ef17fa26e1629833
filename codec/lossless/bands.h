// What encoder and decoder of a picture's bands share. Exact zone.
#pragma once

#include <cstdint>
#include <functional>

#include "codec/base/thread_pool.h"
#include "format/error.h"

namespace vaecomp {

// Asked after each band with the share that is done, 0 .. 256, from whichever thread, one call at a
// time; an error ends the work. May be empty.
using BandsDone = std::function<Result<void>(int share)>;

// Runs body(band) for all bands, and gives the first error in their order.
Result<void> for_bands(int bands, ThreadPool& pool, const BandsDone& done,
                       const std::function<Result<void>(int)>& body);

// The first byte of coded planes.
inline constexpr std::uint8_t kHasValueTable = 1;

constexpr int max_sample_of(int depth) { return (1 << depth) - 1; }

}  // namespace vaecomp
