// Public C++ interface: decode pictures over memory, with vaecomp::decoder alone. Nothing here
// prints, exits, throws or keeps globals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "format/container.h"
#include "format/error.h"
#include "format/limits.h"
#include "format/metadata.h"

namespace vaecomp {

// A picture of 8 or 16 bits a sample. Colour samples are interleaved, rows top to bottom without
// padding: [height][width][channels], channels 1 (grey) or 3 (RGB); they are in `samples`, or, if
// it has 16 bits, in `samples16`. Alpha is a plane of its own beside them, not premultiplied.
// Samples are coded as they are: an ICC profile is not applied, nor does the orientation in EXIF
// turn anything; both travel in `metadata` for whoever shows the picture. Borrows everything.
struct ImageView {
  std::span<const std::uint8_t> samples;
  int width = 0, height = 0;                      // pixels
  int channels = 3;                               // of colour: alpha does not count
  std::span<const std::uint16_t> samples16 = {};  // empty in a picture of 8 bits
  // [height][width], 0 (transparent) .. 255, or 65535 with 16 bits; empty: opaque
  std::span<const std::uint16_t> alpha = {};
  const Metadata* metadata = nullptr;  // may be null

  int depth() const { return samples16.empty() ? 8 : 16; }
};

struct Image {
  std::vector<std::uint8_t> samples;
  int width = 0, height = 0;
  int channels = 3;
  std::vector<std::uint16_t> samples16 = {};
  std::vector<std::uint16_t> alpha = {};
  Metadata metadata = {};

  int depth() const { return samples16.empty() ? 8 : 16; }
  ImageView view() const { return {samples, width, height, channels, samples16, alpha, &metadata}; }
};

// The 8-bit sample nearest to a 16-bit one.
constexpr std::uint8_t to_8_bit(std::uint16_t sample) {
  return static_cast<std::uint8_t>((sample + 128) / 257);
}

// Reports finished work in 0 .. 1 from whichever thread does it, one call at a time. May be empty.
// Returning false asks to stop (kIo, "interrupted").
using Progress = std::function<bool(double)>;

struct DecodeOptions {
  int threads = 0;
  Limits limits = {};
  Progress progress = {};
};

// What a stream says of itself, and where its bytes go.
struct StreamInfo {
  StreamHeader header;
  std::uint64_t total_bytes = 0;
  std::uint64_t latents_bytes = 0;   // entropy-coded: hyper latents and latents
  std::uint64_t pixels_bytes = 0;    // of a picture without latents, alpha and all
  std::uint64_t alpha_bytes = 0;     // of alpha beside latents
  std::uint64_t patches_bytes = 0;   // of blocks beside latents
  std::uint64_t metadata_bytes = 0;  // payloads of optional sections
  std::uint64_t filter_bytes = 0;    // of the filter over what the networks give
  std::uint64_t colours_bytes = 0;   // of how colours, which the networks saw turned, turn back
  std::uint64_t overhead_bytes = 0;  // the rest: header, section heads, checksum
  bool alpha = false;                // whether the picture has alpha
  std::uint64_t patches = 0;         // blocks of 16 x 16 pixels
};

// What decoding needs of one model file: networks, tables and card. Immutable after loading; copies
// share the data; safe to use from many threads.
class DecoderModel {
 public:
  // Loads a `.vaem` file; proves the overflow bounds (MODEL.md 3). What only an encoder needs is
  // neither checked nor kept. Models beyond `limits` are refused: neither loading one nor running
  // its networks costs more than they say. Errors: kNotAStream, kTruncated, kChecksum, kCorrupt,
  // kUnsupportedVersion, kLimit, kMemory.
  static Result<DecoderModel> load(ByteSpan file, const ModelLimits& limits = {});

  // The model compiled into the library.
  static Result<DecoderModel> load_default();

  std::uint32_t id() const;
  // Entries of the training card, in file order: name, card (Markdown), created.
  const std::vector<std::pair<std::string, std::string>>& card() const;
  // Weight of 255^2 * MSE against bits per pixel at a quality of 0 .. 100; beta = 1 / lambda.
  double lambda(int quality) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 protected:
  explicit DecoderModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

// Reads and checks the container only; needs no model and allocates nothing that depends on the
// picture's size. Errors: those of decode but kUnknownModel and kIo; kLimit at more pixels than
// `limits` allows, 2^28 by default.
Result<StreamInfo> probe(ByteSpan stream, const Limits& limits = {});

// Decodes a stream to its own size, channels and depth, with its metadata. Errors: kNotAStream,
// kTruncated, kChecksum, kCorrupt, kUnsupportedVersion, kUnsupportedFeature, kUnknownModel (made
// with another model), kLimit, kMemory, kIo (asked to stop), kInternal.
Result<Image> decode(const DecoderModel& model, ByteSpan stream, const DecodeOptions& options = {});

// Library version, "0.1.0".
std::string version();

// What this build is made of and what it uses on this processor, for reports of faults.
struct BuildInfo {
  // Those of usable_kernels() that run.
  std::string kernels;
  // Name and version of what the library itself uses.
  std::vector<std::pair<std::string, std::string>> libraries;
};
BuildInfo build_info();

// The versions of the networks' loops that this processor can run, slowest first: "generic" (plain
// C++), on x86-64 "sse2", "avx2", "avx512", "avx512-bf16", on 64-bit Arm "neon". Never empty.
std::vector<std::string> usable_kernels();

// For tests and measurements: from now on, in the whole process, the kernels of this name run in
// place of the last of usable_kernels(). The environment variable VAECOMP_KERNELS does the same at
// the start. Decoded pictures do not depend on it; an encoder's choices may, a little. False, and
// no change, if there are no such kernels.
bool use_kernels(const std::string& name);

}  // namespace vaecomp
