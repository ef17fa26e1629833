// The decoder: read this file first. Bytes -> hyper latents -> features -> latents -> pixels, all
// of it integer arithmetic.
#include "codec/decoder/dec_image.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/decoder/all_channels.h"
#include "codec/decoder/band_decoders.h"
#include "codec/decoder/band_dequantisers.h"
#include "codec/decoder/hyper_features.h"
#include "codec/decoder/run_steps.h"
#include "codec/exact/to_pixels.h"
#include "codec/exact/turn_back.h"
#include "codec/prior/dec_latents.h"

namespace vaecomp {
namespace {

PixelKind pixel_kind(const StreamHeader& header) {
  if (header.neutral()) return PixelKind::kNeutral;
  return header.grey() ? PixelKind::kGrey : PixelKind::kRgb;
}

}  // namespace

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
  // A header may promise far more than its stream holds: then no network need run.
  if ((*decoders)[0].failed()) return decoders->finish().error();
  const Tensor features = hyper_features(model, hyper, grid, header.quality, pool);

  Tensor decoded(grid.height, grid.width, model.coded_channels(header.quality));
  BandDequantisers dequantisers(grid, quantisation_of(header));
  const auto read = [&](std::size_t s, int band, const TensorRows& parameters, int begin, int end) {
    decode_step((*decoders)[band], dequantisers.of(s, band), parameters, model.steps[s], begin, end,
                decoded);
  };
  if (auto done = run_steps(model, features, grid, header.quality, pool, progress, decoded, read);
      !done)
    return done.error();

  if (auto end = decoders->finish(); !end) return end.error();
  return decoded;
}

Result<void> synthesise_pixels(const DecoderModel::Impl& model, const Tensor& latents,
                               const AfterNetworks& after, const StreamHeader& header,
                               ThreadPool& pool, const StageProgress& progress,
                               const TakeRows& take) {
  const int width = static_cast<int>(header.width), height = static_cast<int>(header.height);
  const PixelKind kind = pixel_kind(header);
  const std::size_t stride = static_cast<std::size_t>(width) * header.channels();
  std::vector<std::uint8_t> samples;
  std::vector<std::uint16_t> samples16;
  std::vector<std::int16_t> turned;  // a row
  Result<void> taken;
  const auto fill = [&](const TensorRows& rows, int begin, int end, auto& to) {
    to.resize(stride * (end - begin));
    for (int y = begin; y < end; ++y) {
      auto* const row = &to[stride * (y - begin)];
      const std::int16_t* colours = rows.row(y);
      if (after.turn.changes()) {
        turned.resize(std::size_t{3} * width);
        turn_back(after.turn, colours, width, turned.data());
        colours = turned.data();
      }
      to_pixels(colours, width, kind, row);
      if (after.patches != nullptr) after.patches->lay_over(y, row);
    }
  };
  const auto convert = [&](const TensorRows& rows, int begin, int end) {
    end = std::min(end, height);
    if (begin >= end || !taken) return;
    if (header.is_16_bit()) {
      fill(rows, begin, end, samples16);
    } else {
      fill(rows, begin, end, samples);
    }
    taken = take({.samples = samples,
                  .width = width,
                  .height = end - begin,
                  .channels = header.channels(),
                  .samples16 = samples16});
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
