// The whole decoder. What it takes, it takes with any number of threads, any kernels, row by row
// and by way of its latents, and gives the same.
#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"
#include "vaecomp/study.hpp"

namespace vaecomp::fuzz {
namespace {

constexpr Limits kLimits{.max_pixels = 20000, .max_metadata = 1 << 18};

bool same(const Image& a, const Image& b) {
  return a.width == b.width && a.height == b.height && a.channels == b.channels &&
         a.samples == b.samples && a.samples16 == b.samples16 && a.alpha == b.alpha &&
         a.metadata == b.metadata;
}

void run(ByteSpan input) {
  const Model& model = tiny_model();
  const Result<Image> image = decode(model, input, {.threads = 1, .limits = kLimits});
  if (!image) return require_sound(image.error(), input.size());
  const auto pixels = static_cast<std::size_t>(image->width) * image->height;
  require(pixels <= kLimits.max_pixels, "pictures keep to the limit");
  require(std::max(image->samples.size(), image->samples16.size()) == pixels * image->channels,
          "a picture has all its samples");

  const std::string best = usable_kernels().back();
  use_kernels("generic");
  const Result<Image> again = decode(model, input, {.threads = 2, .limits = kLimits});
  use_kernels(best);
  require(again && same(*image, *again), "threads and kernels do not matter");

  const Result<StreamInfo> info = probe(input, kLimits);
  require(info.has_value(), "what decodes can be looked into");
  if (info->header.has_pixels()) return;
  const auto latents = decode_latents(model, input, {.threads = 1, .limits = kLimits});
  require(latents.has_value(), "what decodes has latents");
  const auto made = synthesise_latents(model, latents->latents, {.threads = 1});
  require(made.has_value(), "latents of a stream give a picture");
  require(
      info->patches > 0 || (made->samples == image->samples && made->samples16 == image->samples16),
      "latents give the picture's colours");
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds = vectors_of("stream");
  for (const char* folder : {"tests/golden", "tests/models/streams"})
    for (Bytes& file : files_of(folder, ".vaec")) seeds.push_back(std::move(file));
  return seeds;
}

}  // namespace

extern const Target kStream = {"stream", run, seeds, mutate_stream};

}  // namespace vaecomp::fuzz
