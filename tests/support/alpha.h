// Alpha planes for tests.
#pragma once

#include <vector>

#include "codec/alpha/alpha_plane.h"

namespace vaecomp::test {

// The plane of a section as a whole, [height][width]. Errors: those of AlphaRows::open.
inline Result<std::vector<std::uint16_t>> whole_alpha(const Section& section, int width, int height,
                                                      int sample_bytes) {
  Result<AlphaRows> rows = AlphaRows::open(section, width, height, sample_bytes);
  if (!rows) return rows.error();
  std::vector<std::uint16_t> alpha(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y) rows->next(&alpha[static_cast<std::size_t>(width) * y]);
  return alpha;
}

}  // namespace vaecomp::test
