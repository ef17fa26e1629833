// Colours turned before the networks see them, and back behind them (SPEC.md sections 1.5 and 5).
// The networks serve detail on the grey axis best, as photographs have it; a rotation brings it
// there, and keeps squared errors.
#pragma once

#include <optional>

#include "codec/decoder/stage_progress.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/learned_picture.h"
#include "format/colour_turn.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The way back, and how much smaller than the picture's the distances of turned colours are: 1, or
// less if the turned colours would not fit into their range otherwise.
struct FoundTurn {
  ColourTurn back;
  double scale = 1;
};

// The turn that brings the main axis of the picture's detail onto grey and the second onto red less
// blue; none if that has little to gain, which some rows tell. `image` as coded_colour gives it.
std::optional<FoundTurn> find_turn(ImageView image);

// The picture of 16 bits, and 8 beside them, that gives `image` when turned back. Borrows from
// `storage`.
ImageView turned(ImageView image, const ColourTurn& back, Image& storage);

// The cheaper of the picture as it is and turned, both coded at the usual weight; a picture without
// a turn to try is given back at once. Borrows what `plain` does, or from `storage`. Errors: kIo
// (asked to stop).
Result<LearnedPicture> choose_colours(const Model::Impl& model, LearnedPicture plain,
                                      ThreadPool& pool, const StageProgress& progress,
                                      Image& storage);

}  // namespace vaecomp
