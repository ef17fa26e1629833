// The decoder: read this file first. Bytes -> hyper latents -> features -> latents -> pixels, all
// of it integer arithmetic.
#include "codec/pipeline/dec_image.h"

#include <algorithm>

#include "codec/pipeline/band_decoders.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/prior/dec_latents.h"
#include "codec/synthesis/to_pixels.h"

namespace vaecomp {
namespace {

constexpr int kStripRows = 128;  // latent rows synthesised at a time: 2048 pixel rows

Tensor rows_of(const Tensor& tensor, int begin, int end) {
  Tensor out(end - begin, tensor.width, tensor.channels);
  std::copy_n(tensor.row(begin), out.values.size(), out.values.data());
  return out;
}

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
  for (const std::size_t s : model.steps_at(header.quality)) {
    const Tensor* const inputs[] = {&features, &decoded};
    const Tensor parameters =
        model.context[s].run(inputs, header.quality, pool, model.steps[s].phase_mask);
    pool.parallel_for(0, grid.bands, [&](int band) {
      decode_step((*decoders)[band], parameters, model.steps[s], grid.band_begin(band),
                  grid.band_end(band), decoded);
    });
    if (auto go_on = progress.reached(0.3 * (s + 1) / model.steps.size()); !go_on)
      return go_on.error();
  }

  if (auto end = decoders->finish(); !end) return end.error();
  return decoded;
}

Image synthesise(const Model::Impl& model, const Tensor& latents, const StreamHeader& header,
                 ThreadPool& pool) {
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

  // Strip by strip, so that the wide activations of a tall picture never exist all at once. Each
  // strip carries the rows that its border depends on; arithmetic is exact, so the pixels do not
  // depend on the strips.
  const int halo = model.synthesis.halo();
  for (int begin = 0; begin < latents.height; begin += kStripRows) {
    const int end = std::min(begin + kStripRows, latents.height);
    const int from = std::max(0, begin - halo);
    const Tensor strip = rows_of(latents, from, std::min(end + halo, latents.height));
    const Tensor* const inputs[] = {&strip};
    const Tensor samples = model.synthesis.run(inputs, header.quality, pool);
    const int top = begin * kLatentStride;
    const int height = std::min(end * kLatentStride, image.height) - top;
    const auto convert_to = [&](auto samples_of_image) {
      const SampleRowsOf<typename decltype(samples_of_image)::element_type> out{
          .data = samples_of_image.subspan(top * stride, height * stride),
          .stride = stride,
          .width = image.width,
          .height = height};
      to_pixels(samples, (begin - from) * kLatentStride, pixel_kind(header), out, pool);
    };
    if (header.is_16_bit()) {
      convert_to(std::span(image.samples16));
    } else {
      convert_to(std::span(image.samples));
    }
  }
  return image;
}

}  // namespace vaecomp
