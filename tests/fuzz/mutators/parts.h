// What the mutators share: bytes changed by somebody else, and lists of parts changed by chance.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/fuzz/target.h"
#include "tests/support/pictures.h"

namespace vaecomp::fuzz {

// `bytes`, changed, of at most `room` more than there were.
inline Bytes changed(Bytes bytes, std::size_t room, MutateBytes mutate) {
  const std::size_t size = bytes.size();
  bytes.resize(size + std::max<std::size_t>(room, 1));
  bytes.resize(mutate(bytes.data(), size, bytes.size()));
  return bytes;
}

// One part less, or one of them twice, or two of them in each other's place.
template <typename Part>
void shuffle_parts(std::vector<Part>& parts, test::Random& random) {
  if (parts.empty()) return;
  const int count = static_cast<int>(parts.size());
  const auto at = parts.begin() + random.below(count);
  switch (random.below(3)) {
    case 0:
      parts.erase(at);
      break;
    case 1: {
      Part copy = *at;
      parts.insert(parts.begin() + random.below(count + 1), std::move(copy));
      break;
    }
    default:
      std::iter_swap(at, parts.begin() + random.below(count));
  }
}

}  // namespace vaecomp::fuzz
