// The dequantisers of a picture's bands, new for every context step. Exact zone.
#pragma once

#include <cstddef>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/prior/dequantiser.h"
#include "format/container.h"

namespace vaecomp {

inline Quantisation quantisation_of(const StreamHeader& header) {
  return header.trellis() ? Quantisation::kTrellis : Quantisation::kScalar;
}

class BandDequantisers {
 public:
  BandDequantisers(const Grid& grid, Quantisation quantisation)
      : start_(quantisation), bands_(grid.bands, {0, start_}) {}

  // That of a band in a step. Steps come in their order in every band.
  Dequantiser& of(std::size_t step, int band) {
    Band& here = bands_[band];
    if (here.step != step) here = {step, start_};
    return here.dequantiser;
  }

 private:
  struct Band {
    std::size_t step;
    Dequantiser dequantiser;
  };
  Dequantiser start_;
  std::vector<Band> bands_;
};

}  // namespace vaecomp
