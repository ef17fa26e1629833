// Counted in the order of the pixels, of which many have the colour of the one before.
#include "codec/encoder/colour_list.h"

#include <algorithm>
#include <cmath>

namespace vaecomp {

void ColourCount::add(PackedColour own, PackedColour coded) {
  if (last_seen_ == nullptr || coded != last_) {
    last_ = coded;
    last_seen_ = &seen_[coded];
  }
  ++pixels_;
  ++last_seen_->count;
  last_seen_->own += own == coded;
  for (int c = 0; c < 3; ++c) last_seen_->sums[c] += sample_of(own, c);
}

std::vector<ListedColour> ColourCount::list(std::uint32_t least) const {
  std::vector<ListedColour> colours;
  for (const auto& [colour, seen] : seen_) {
    if (seen.count < least) continue;
    PackedColour mean = colour;
    if (2 * seen.own < seen.count) {
      mean = 0;
      for (int c = 0; c < 3; ++c) {
        const auto sample = static_cast<PackedColour>((2 * seen.sums[c] + seen.count) /
                                                      (2 * std::uint64_t{seen.count}));
        mean |= sample << (8 * c);
      }
    }
    colours.push_back({mean, std::log2(static_cast<double>(pixels_) / seen.count)});
  }
  // Whatever the order that they were in.
  std::sort(colours.begin(), colours.end(), [](const ListedColour& a, const ListedColour& b) {
    return a.bits != b.bits ? a.bits < b.bits : a.colour < b.colour;
  });
  if (colours.size() > kMost) colours.resize(kMost);
  return colours;
}

}  // namespace vaecomp
