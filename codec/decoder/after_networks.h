// From rows of the synthesis network to rows of the picture (SPEC.md sections 1.4 to 1.6 and step 5
// of section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codec/base/tensor.h"
#include "codec/decoder/patches.h"
#include "codec/exact/filter_window.h"
#include "codec/exact/to_pixels.h"
#include "format/colour_turn.h"
#include "format/pixel_filter.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What happens to the network's colours, beside rounding, in this order.
struct AfterNetworks {
  PixelFilter filter = {};           // they are filtered
  ColourTurn turn = {};              // and turned back
  const Patches* patches = nullptr;  // these are laid over the samples; null: none
};

class FinishedRows {
 public:
  // Borrows patches.
  FinishedRows(const AfterNetworks& after, const StreamHeader& header);

  // Takes rows begin .. end - 1 of the network, Q6, which follow those taken before, and gives
  // those of the picture that are finished: colours without alpha and metadata, which exist until
  // the next call. A filter keeps a few back, until the last one came. Columns and rows beyond the
  // picture are left out.
  ImageView take(const TensorRows& rows, int begin, int end);

 private:
  template <typename Sample>
  void finish(const std::int16_t* colours, std::vector<Sample>& samples);
  void finish(const std::int16_t* colours);

  const AfterNetworks after_;
  const StreamHeader header_;
  const int width_, height_;
  std::optional<FilterWindow> window_;
  std::vector<std::int16_t> filtered_, turned_;  // a row
  std::vector<std::uint8_t> samples_;
  std::vector<std::uint16_t> samples16_;
  int finished_ = 0;  // rows
};

}  // namespace vaecomp
