// Public interface to what lies between stream and picture: latents, what the prior held of each,
// what each cost, and drawing new ones from the prior. The same manners as vaecomp.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "format/colour_turn.h"
#include "format/pixel_filter.h"
#include "vaecomp/decode.hpp"

namespace vaecomp {

// The latents of one picture: what the synthesis network turns into pixels. Channels that are not
// coded at this quality are 0.
struct Latents {
  StreamHeader header;  // of the picture: size, channels, depth, quality, model
  int rows = 0, columns = 0, channels = 0;
  // [rows][columns][channels], in 1/16 of this quality's quantisation step.
  std::vector<std::int16_t> values;
  PixelFilter filter = {};  // of what the networks give
  ColourTurn turn = {};     // from that to the picture's colours
};

// Latents with their prior, as both sides hold it just before each value is coded (SPEC.md section
// 4), and their cost: -log2 of the probability that the coder's tables give the value. The sum is
// some bytes a stream less than what the file has.
struct StudiedLatents {
  Latents latents;
  std::vector<std::int16_t> means;  // like latents.values, in the same unit
  // Like latents.values; 0 .. 63, 0: not coded, the latent is its mean.
  std::vector<std::uint8_t> scale_indices;
  std::vector<double> bits;          // [rows][columns], of all channels of a position
  std::vector<double> channel_bits;  // [channels], of all positions

  int hyper_rows = 0, hyper_columns = 0, hyper_channels = 0;
  std::vector<std::int16_t> hyper_values;  // [hyper_rows][hyper_columns][hyper_channels], 1/16 step
  std::vector<double> hyper_bits;  // [hyper_rows][hyper_columns], of the hyper latents there

  double total_bits() const;        // of the latents
  double total_hyper_bits() const;  // of the hyper latents
};

// Decodes a stream's latents. Alpha and metadata are not read. Errors: those of decode.
Result<StudiedLatents> decode_latents(const DecoderModel& model, ByteSpan stream,
                                      const DecodeOptions& options = {});

struct DrawOptions {
  std::uint64_t seed = 1;
  int width = 0, height = 0;  // of the picture, pixels
  int quality = 50;           // 0 .. 100
  bool grey = false;          // one channel
  bool neutral = false;       // three, equal to each other; not together with `grey`
  // If not null, a picture of the same size, quality and model, whose hyper latents are taken as
  // they are, and so are the latents of its first `given_steps` context steps: only the rest is
  // drawn.
  const StudiedLatents* given = nullptr;
  int given_steps = 0;  // 0 or less: none; all are kept if there are not so many
  int threads = 0;      // the result is the same for any number
  Limits limits = {};
  Progress progress = {};
};

// Draws hyper latents from their prior, then latents step by step, each from the prior that those
// before it give: a sample of the model. Integer arithmetic, a random number a latent: equal
// options give equal latents on every machine. Escapes (VC-24), which serve what the model has not
// learned, are not drawn. Errors: kInvalidArgument, kUnknownModel (of `given`), kLimit, kMemory,
// kIo.
Result<Latents> draw_latents(const DecoderModel& model, const DrawOptions& options);

// Runs the synthesis network. For latents as decode_latents gives them, these are the colours that
// decode gives. Errors: kUnknownModel, kInvalidArgument (sizes that do not agree with each other or
// the model), kLimit, kMemory, kIo.
Result<Image> synthesise_latents(const DecoderModel& model, const Latents& latents,
                                 const DecodeOptions& options = {});

// Standard deviation of a value with each scale index, in quantisation steps: that of the index's
// table; 0 for index 0.
std::array<double, kScaleIndices> scale_deviations(const DecoderModel& model);

}  // namespace vaecomp
