// The decoder: read this file first. Bytes -> hyper latents -> features -> latents -> pixels, all
// of it integer arithmetic.
#include "codec/decoder/dec_image.h"

#include <utility>

#include "codec/decoder/all_channels.h"
#include "codec/decoder/band_decoders.h"
#include "codec/decoder/band_dequantisers.h"
#include "codec/decoder/hyper_features.h"
#include "codec/decoder/run_steps.h"
#include "codec/prior/dec_latents.h"

namespace vaecomp {
PictureHead picture_head(const StreamHeader& header) {
  return {.width = static_cast<int>(header.width),
          .height = static_cast<int>(header.height),
          .channels = header.channels(),
          .depth = header.is_16_bit() ? 16 : 8};
}

Result<Tensor> decode_latents(const DecoderModel::Impl& model, const Container& container,
                              ThreadPool& pool, const StageProgress& progress) {
  const StreamHeader& header = container.header;
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));

  Result<BandDecoders> decoders = BandDecoders::open(container, grid.bands, model.tables);
  if (!decoders) return decoders.error();

  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  decode_hyper((*decoders)[0], model.hyper_prior, header.quality, hyper);
  // A header may promise far more than its stream holds: networks go on only as far as symbols are
  // there, and no memory is touched beyond.
  if (auto sound = decoders->fault(0); !sound) return sound.error();
  HyperFeatures features(model, hyper, grid, header.quality, pool);

  Tensor decoded(grid.height, grid.width, model.coded_channels(header.quality));
  BandDequantisers dequantisers(grid, quantisation_of(header));
  const auto read = [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
    decode_step((*decoders)[band], dequantisers.of(s, band), parameters, model.steps[s], begin, end,
                decoded);
    return decoders->fault(band);
  };
  const FeatureRows rows(features.rows(), [&features](int end) { features.make(end); });
  if (auto done = run_steps(model, rows, grid, header.quality, pool, progress, decoded, read);
      !done)
    return done.error();

  if (auto end = decoders->finish(); !end) return end.error();
  return decoded;
}

Result<void> synthesise_pixels(const DecoderModel::Impl& model, const Tensor& latents,
                               const AfterNetworks& after, const StreamHeader& header,
                               ThreadPool& pool, const StageProgress& progress,
                               const TakeRows& take) {
  FinishedRows finished(after, header);
  Result<void> taken;
  const auto convert = [&](const TensorRows& rows, int begin, int end) {
    if (!taken) return;
    const ImageView done = finished.take(rows, begin, end);
    if (done.height > 0) taken = take(done);
  };
  const auto between = [&](int done, int rows) {
    return taken ? progress.reached(static_cast<double>(done) / rows) : taken;
  };
  const RowSource inputs[] = {with_all_channels(latents, model.latent_channels())};
  return model.synthesis.stream(inputs, {.quality = header.quality, .progress = between}, pool,
                                convert);
}

Result<Image> synthesise(const DecoderModel::Impl& model, const Tensor& latents,
                         const AfterNetworks& after, const StreamHeader& header, ThreadPool& pool,
                         const StageProgress& progress) {
  ImageSink sink;
  if (auto begun = sink.begin(picture_head(header)); !begun) return begun.error();
  auto done = synthesise_pixels(model, latents, after, header, pool, progress,
                                [&sink](ImageView rows) { return sink.take(rows); });
  if (!done) return done.error();
  return std::move(sink.image());
}

}  // namespace vaecomp
