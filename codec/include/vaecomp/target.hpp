// Public C++ interface: encoding that aims at a size or at how good the result is, instead of at a
// quality.
#pragma once

#include <cstdint>
#include <functional>
#include <variant>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The largest stream of at most this many bytes, alpha, metadata and overhead included. Usually
// less than 0.5 % below, at most 2 % unless a smaller step cannot be made: in streams of a few
// hundred bytes, or if quality 100 takes less.
struct SizeTarget {
  std::uint64_t bytes = 0;
};

// The stream whose picture is as good as `score` and little better: usually by less than 0.02 dB,
// at most 0.1 dB unless quality 0 is better.
struct ScoreTarget {
  double score = 0;  // dB
  // How near the decoded picture (with the alpha of the original, without metadata) is to the
  // original, in dB: PSNR, or -10 log10(1 - x) of an index x such as MS-SSIM. May be infinite. Is
  // called by the thread that called encode_to().
  std::function<double(const Image& decoded)> measure;
};

using Target = std::variant<SizeTarget, ScoreTarget>;

struct TargetedStream {
  Bytes stream;
  int quality = 0;   // found, 0 .. 100
  double score = 0;  // of the picture; 0 with a SizeTarget
  // Whether the target is reached. If not, the stream is the nearest that there can be: the
  // smallest, or the one with the best score.
  bool met = false;
};

// Encodes with whatever quality, and between two qualities with whatever weight of rate against
// distortion in rounding, that the target needs: five to ten times the work of effort 1. Efforts 1
// to 5 are alike; from 6 on the latents are refined for one to three qualities. `options.quality`
// is not used. Errors: those of encode(); kInvalidArgument for a ScoreTarget without `measure` and
// for `options.lossless`.
Result<TargetedStream> encode_to(const Model& model, ImageView image, const Target& target,
                                 const EncodeOptions& options = {});

}  // namespace vaecomp
