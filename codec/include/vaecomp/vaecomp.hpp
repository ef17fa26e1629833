// Public C++ interface: encode and decode pictures over memory. Nothing here prints, exits, throws or keeps globals.
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

namespace vaecomp {

// Samples of 8 bits, interleaved, rows top to bottom without padding: [height][width][channels], channels 1 (grey) or 3 (RGB).
struct ImageView {
  std::span<const std::uint8_t> samples;
  int width = 0, height = 0;  // pixels
  int channels = 3;
};

struct Image {
  std::vector<std::uint8_t> samples;
  int width = 0, height = 0;
  int channels = 3;

  ImageView view() const { return {samples, width, height, channels}; }
};

// Reports finished work in 0 .. 1 from whichever thread does it, one call at a time. May be empty. Returning false asks to stop (kIo, "interrupted").
using Progress = std::function<bool(double)>;

struct EncodeOptions {
  int quality = 50;     // 0 (smallest) .. 100 (best): picks beta, the weight of the KL term
  int threads = 0;      // 0: as many as the machine has
  bool verify = false;  // decode the result and compare it with what the encoder reconstructed
  Progress progress = {};
};

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
  std::uint64_t metadata_bytes = 0;  // payloads of optional sections
  std::uint64_t overhead_bytes = 0;  // the rest: header, section heads, checksum
};

// Networks, tables and card of one model file. Immutable after loading; copies share the data; safe to use from many threads.
class Model {
 public:
  // Loads a `.vaem` file; proves the overflow bounds (MODEL.md 3). Errors: kTruncated, kChecksum, kCorrupt, kUnsupportedVersion.
  static Result<Model> load(ByteSpan file);

  // The model compiled into the library.
  static Result<Model> load_default();

  std::uint32_t id() const;
  // Entries of the training card, in file order: name, card (Markdown), created.
  const std::vector<std::pair<std::string, std::string>>& card() const;
  // Weight of 255^2 * MSE against bits per pixel at a quality of 0 .. 100; beta = 1 / lambda.
  double lambda(int quality) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Reads and checks the container only; needs no model and allocates nothing that depends on the picture's size.
Result<StreamInfo> probe(ByteSpan stream, const Limits& limits = {});

// Encodes a picture. Errors: kInvalidArgument (size, channels, quality), kLimit, kMemory.
Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options = {});

// Decodes a stream to its own size and channels. Errors: every family but 1; kUnknownModel if the stream was made with another model.
Result<Image> decode(const Model& model, ByteSpan stream, const DecodeOptions& options = {});

// Library version, "0.1.0".
std::string version();

}  // namespace vaecomp
