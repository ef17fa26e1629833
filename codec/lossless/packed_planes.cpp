// Samples gathered, values counted.
#include "codec/lossless/packed_planes.h"

#include <algorithm>
#include <bit>

#include "codec/lossless/bands.h"
#include "codec/lossless/value_table.h"

namespace vaecomp {
namespace {

// Which values occur among the samples that are coded.
std::vector<bool> used_values(std::span<const PlaneView> views, const BandShape& picture,
                              int depth) {
  std::vector<bool> used(std::size_t{1} << depth);
  for (const PlaneView& view : views)
    for (int y = 0; y < picture.rows; ++y)
      for (int x = 0; x < picture.width; ++x)
        if (picture.covers(x, y)) used[view.at(x, y)] = true;
  return used;
}

// `places`: of each value in the list, or empty.
template <typename Samples>
void pack(std::span<const PlaneView> views, const PlanesShape& shape,
          const std::vector<std::uint16_t>& places,
          std::vector<typename Samples::Colour>& colours) {
  using Colour = typename Samples::Colour;
  colours.resize(std::size_t{1} * shape.width * shape.height);
  Colour* to = colours.data();
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      Colour colour = 0;
      for (int p = 0; p < shape.planes; ++p) {
        const std::uint16_t value = views[p].at(x, y);
        colour |= Colour{places.empty() ? value : places[value]} << (p * Samples::kLaneBits);
      }
      *to++ = colour;
    }
  }
}

}  // namespace

PackedPlanes pack_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                         const BlockMask* mask) {
  PackedPlanes packed;
  packed.shape = shape, packed.mask = mask, packed.max_sample = max_sample_of(shape.depth);
  const BandShape picture = packed.band(0, shape.height);
  const std::vector<bool> used = used_values(views, picture, shape.depth);
  const auto count = static_cast<int>(std::count(used.begin(), used.end(), true));
  std::vector<std::uint16_t> places;
  // The list pays if it takes less than half of the bits that it saves at the least.
  const int saved =
      shape.depth - static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1)));
  if (saved > 0) packed.value_table = encode_value_table(used);
  const std::uint64_t samples = std::uint64_t{1} * picture.coded_pixels() * shape.planes;
  if (16 * packed.value_table.size() < saved * samples) {
    std::uint16_t place = 0;
    for (const bool is_used : used) {
      places.push_back(place);
      place = static_cast<std::uint16_t>(place + is_used);
    }
    packed.max_sample = count - 1;
  } else {
    packed.value_table.clear();
  }
  if (packed.max_sample > 255) {
    pack<WideSamples>(views, shape, places, packed.wide);
  } else {
    pack<NarrowSamples>(views, shape, places, packed.narrow);
  }
  return packed;
}

}  // namespace vaecomp
