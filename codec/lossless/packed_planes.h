// Planes as their encoder takes them. Exact zone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/lossless/band_coder.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/plane_view.h"
#include "format/bytes.h"

namespace vaecomp {

// A colour a pixel. If a list of the values that occur pays, samples are their places in it.
struct PackedPlanes {
  PlanesShape shape;
  const BlockMask* mask = nullptr;  // borrowed; null: all pixels are coded
  int max_sample = 0;
  Bytes value_table;                  // the list, coded; empty: there is none
  std::vector<std::uint32_t> narrow;  // [height][width], if max_sample <= 255, ..
  std::vector<std::uint64_t> wide;    // .. or here

  // Calls body(NarrowSamples or WideSamples, pointer to the first colour).
  template <typename Body>
  decltype(auto) with_colours(const Body& body) const {
    return wide.empty() ? body(NarrowSamples(), narrow.data()) : body(WideSamples(), wide.data());
  }

  // Rows from `first` on.
  BandShape band(int first, int rows) const {
    return {shape.width, rows, shape.planes, max_sample, mask, first};
  }
};

// The mask, which may be null, is that of a picture of this size, and has a block. Colours outside
// of it mean nothing.
PackedPlanes pack_planes(std::span<const PlaneView> views, const PlanesShape& shape,
                         const BlockMask* mask);

}  // namespace vaecomp
