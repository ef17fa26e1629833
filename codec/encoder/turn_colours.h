// Colours turned before the networks see them, and back behind them (SPEC.md sections 1.5 and 5).
// The networks serve detail on the grey axis best, as photographs have it; a rotation brings it
// there, and keeps squared errors.
#pragma once

#include <optional>

#include "codec/encoder/principal_axes.h"
#include "format/colour_turn.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The way back, and how much smaller than the picture's the distances of turned colours are: 1, or
// less if the turned colours would not fit into their range otherwise.
struct FoundTurn {
  ColourTurn back;
  double scale = 1;
};

// The turn that brings the main axis of an RGB picture's detail onto grey and the second onto red
// less blue; none if that has little to gain. `image` as coded_colour gives it, with these axes.
std::optional<FoundTurn> find_turn(const PrincipalAxes& axes, ImageView image);

// Mean squared difference of neighbours across the grey axis, of 255^2.
double detail_off_grey(const PrincipalAxes& axes);

// The same turn with smaller distances, around the middle of the range: those that `scale` asks for
// (up to turn.scale), or the smallest that VC-54 lets a stream undo.
FoundTurn fainter(const FoundTurn& turn, double scale);

// The picture of 16 bits, and 8 beside them, that gives `image` when turned back. Borrows from
// `storage`.
ImageView turned(ImageView image, const ColourTurn& back, Image& storage);

}  // namespace vaecomp
