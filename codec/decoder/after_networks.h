// What happens to the colours that the networks give, beside rounding (SPEC.md sections 1.4, 1.5).
#pragma once

#include "codec/decoder/patches.h"
#include "format/colour_turn.h"

namespace vaecomp {

struct AfterNetworks {
  ColourTurn turn = {};              // they are turned back
  const Patches* patches = nullptr;  // these are laid over them; null: none
};

}  // namespace vaecomp
