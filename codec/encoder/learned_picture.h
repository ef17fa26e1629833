// What the networks see of a picture.
#pragma once

#include <optional>

#include "codec/encoder/packed_latents.h"
#include "format/colour_turn.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct LearnedPicture {
  ImageView image;
  int quality = 0;       // of the stream: with turned colours another than asked for
  ColourTurn turn = {};  // from its colours back to the picture's
  std::optional<PictureLatents> latents = {};  // of `image` at this quality, if they are known
};

}  // namespace vaecomp
