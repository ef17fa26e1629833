// Streams made up without an encoder's choices: from symbols that integers draw.
#pragma once

#include <cstdint>
#include <span>

#include "codec/base/thread_pool.h"
#include "vaecomp/decode.hpp"

namespace vaecomp {

struct DrawnPicture {
  int width = 0, height = 0;
  int quality = 0;         // 0 .. 100; of lossy ones
  std::uint8_t flags = 0;  // of the header; kFlagTrellis is left out if the model has no tables
  bool side = false;       // of lossy ones: alpha, patches and a filter, and in RGB turned colours
};

// One for each way through the decoder: grey, neutral and RGB, 8 and 16 bits, both quantisers,
// several bands, sections beside latents, lossless photographs and drawings.
std::span<const DrawnPicture> drawn_pictures();

// Values are drawn from the tables, each 500th an escape; samples are ramps, blocks and noise.
// Equal on every machine. Errors: kMemory.
Result<Bytes> drawn_stream(const DecoderModel& model, const DrawnPicture& picture,
                           ThreadPool& pool);

}  // namespace vaecomp
