// The decoder: read this file first. Bytes -> hyper latents -> features -> latents -> pixels, all
// of it integer arithmetic.
#include "codec/pipeline/dec_image.h"

#include <algorithm>

#include "codec/pipeline/band_decoders.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/pipeline/run_steps.h"
#include "codec/prior/dec_latents.h"
#include "codec/synthesis/to_pixels.h"

namespace vaecomp {
namespace {

PixelKind pixel_kind(const StreamHeader& header) {
  if (header.neutral()) return PixelKind::kNeutral;
  return header.grey() ? PixelKind::kGrey : PixelKind::kRgb;
}

}  // namespace

Result<Tensor> decode_latents(const Model::Impl& model, const Container& container,
                              ThreadPool& pool, const StageProgress& progress) {
  const StreamHeader& header = container.header;
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));

  Result<BandDecoders> decoders = BandDecoders::open(container, grid.bands, model.tables);
  if (!decoders) return decoders.error();

  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  decode_hyper((*decoders)[0], model.hyper_prior, header.quality, hyper);
  // A header may promise far more than its stream holds: then no network need run.
  if ((*decoders)[0].failed()) return decoders->finish().error();
  const Tensor features = hyper_features(model, hyper, grid, header.quality, pool);

  Tensor decoded(grid.height, grid.width, model.latent_channels());
  const auto read = [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
    decode_step((*decoders)[band], parameters, model.steps[s], begin, end, decoded);
  };
  if (auto done = run_steps(model, features, grid, header.quality, pool, progress, decoded, read);
      !done)
    return done.error();

  if (auto end = decoders->finish(); !end) return end.error();
  return decoded;
}

Result<void> synthesise_rows(const Model::Impl& model, const Tensor& latents, int quality,
                             ThreadPool& pool, const StageProgress& progress, const RowSink& sink) {
  const RunOptions options{.quality = quality, .progress = [&progress](int done, int rows) {
                             return progress.reached(static_cast<double>(done) / rows);
                           }};
  const TensorRows inputs[] = {latents};
  return model.synthesis.stream(inputs, options, pool, sink);
}

Result<Image> synthesise(const Model::Impl& model, const Tensor& latents,
                         const StreamHeader& header, ThreadPool& pool,
                         const StageProgress& progress) {
  Image image{.samples = {},
              .width = static_cast<int>(header.width),
              .height = static_cast<int>(header.height),
              .channels = header.channels()};
  const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
  if (header.is_16_bit()) {
    image.samples16.resize(stride * image.height);
  } else {
    image.samples.resize(stride * image.height);
  }
  const PixelKind kind = pixel_kind(header);
  const auto convert = [&](const TensorRows& rows, int begin, int end) {
    for (int y = begin; y < std::min(end, image.height); ++y) {
      if (header.is_16_bit()) {
        to_pixels(rows.row(y), image.width, kind, &image.samples16[y * stride]);
      } else {
        to_pixels(rows.row(y), image.width, kind, &image.samples[y * stride]);
      }
    }
  };
  if (auto done = synthesise_rows(model, latents, header.quality, pool, progress, convert); !done)
    return done.error();
  return image;
}

}  // namespace vaecomp
