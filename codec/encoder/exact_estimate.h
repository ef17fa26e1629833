// What a picture would take without loss, without coding all of it.
#pragma once

#include <cstddef>

#include "codec/base/thread_pool.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// About how many bits the exact planes of these colours would take, as coded_colour gives them: all
// of a small picture is priced, a 64th of a large one.
double exact_bits(ImageView colours, ThreadPool& pool);

// Whether it is worth trying if a lossless stream is no larger than this lossy one.
inline bool may_be_exact_in(std::size_t bytes, ImageView colours, ThreadPool& pool) {
  constexpr double kMargin = 1.5;  // estimates of smooth pictures are high
  return exact_bits(colours, pool) < kMargin * 8 * static_cast<double>(bytes);
}

}  // namespace vaecomp
