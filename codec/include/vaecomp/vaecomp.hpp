// Public C++ interface: encode pictures, and decode them (decode.hpp), over memory. Nothing here
// prints, exits, throws or keeps globals.
#pragma once

#include <memory>

#include "vaecomp/decode.hpp"

namespace vaecomp {

struct EncodeOptions {
  int quality = 50;  // 0 (smallest) .. 100 (best): picks beta, the weight of the KL term
  // 1 .. 9. 1: latents are rounded where rate and distortion, weighed as serves photographs best,
  // are least. 2 .. 5: of 2, 3, 4 or 6 ways to weigh them the one that this picture costs least
  // with (lambda * 255^2 * MSE + bits per pixel), judged on up to a megapixel of it. 6 .. 9:
  // latents are also refined for this picture: values are chosen 3, 5, 8 or 11 times, each time
  // for what the gradient through the decoder's networks says of those before, and kept if they
  // cost less. The stream's format and the decoder's work are the same for all.
  int effort = 5;
  int threads = 0;      // 0: as many as the machine has; the result is the same for any number
  bool verify = false;  // decode the result and compare: latents, kind, alpha, metadata
  // Every sample comes back, those under alpha 0 too. Quality and effort are not used then, nor is
  // the model, here or in decoding.
  bool lossless = false;
  // The networks code everything. Otherwise blocks that cost less so, rate and distortion weighed
  // as the quality does, are patches: text, drawings, flat areas exactly, and from quality to
  // quality closer what is nearly one of few colours (antialiased text, scans, noise). If that goes
  // for the whole picture, the stream is lossless, or one of nearly exact pixels.
  bool learned_only = false;
  // 0 .. 100: below 100 alpha gets fewer levels, up to 16 of 255 off at 0; transparent and opaque
  // stay so. Not together with `lossless`.
  int alpha_quality = 100;
  Progress progress = {};
};

// All of one model file, with what encoding needs. Decodes as well.
class Model : public DecoderModel {
 public:
  // As DecoderModel does, and with the same errors.
  static Result<Model> load(ByteSpan file, const ModelLimits& limits = {});
  static Result<Model> load_default();

  struct Impl;
  const Impl& impl() const;

 private:
  explicit Model(std::shared_ptr<const Impl> impl);
};

// Encodes a picture with its metadata. Alpha is lossless; if it is opaque everywhere, the stream
// has none. Colour under full transparency is not coded. A neutral picture, RGB with three equal
// samples at every visible pixel, is coded as a grey one and stays neutral: decode() gives RGB with
// three equal samples. Errors: kInvalidArgument (size, channels, alpha, texts, quality, effort),
// kLimit, kMemory, kIo (asked to stop), kInternal (with `verify`: the decoded result differs).
Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options = {});

}  // namespace vaecomp
