// Alpha with fewer levels, which costs less to code exactly.
#pragma once

#include <cstdint>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// How far alpha may move at a quality of 0 .. 100, of 255: 0 at 100, 16 at 0.
constexpr int alpha_error(int quality) { return (100 - quality) * 16 / 100; }

// The picture with alpha moved by at most alpha_error(quality) (16 bits: 257 times that) to one of
// a few levels. Transparent and opaque pixels stay so, and no other becomes so. Borrows what
// `image` does, and from `storage`.
ImageView with_coarser_alpha(ImageView image, int quality, std::vector<std::uint16_t>& storage);

}  // namespace vaecomp
