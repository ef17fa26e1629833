// The encoder's side of the shared loops: values are chosen and queued.
#include "codec/encoder/enc_latents.h"

#include <cassert>
#include <vector>

#include "codec/prior/code_latents.h"

namespace vaecomp {
namespace {

// Chooses, queues and prices a value.
struct ValueWriter {
  const Rounding& rounding;
  RansEncoder& encoder;
  std::int64_t cost_q8 = 0;

  int operator()(const LatentPrior& p, std::int32_t latent) {
    const int chosen =
        choose_value(encoder.tables(), p.scale_index, latent, p.mean, rounding.rate_weight);
    const int value = encoder.put_value(p.scale_index, chosen);
    cost_q8 += encoder.tables().cost_q8(p.scale_index, value);
    return value;
  }
};

}  // namespace

std::int64_t encode_hyper(const LatentsQ8& z_q8, const HyperPrior& prior, int quality,
                          const Rounding& rounding, RansEncoder& encoder, Tensor& z) {
  assert(z_q8.height == z.height && z_q8.width == z.width && z_q8.channels == z.channels);
  ValueWriter writer{rounding, encoder};
  code_hyper(prior, quality, z,
             [&](const LatentPrior& p) { return writer(p, z_q8.at(p.y, p.x)[p.channel]); });
  return writer.cost_q8;
}

std::int64_t encode_step(const PackedLatents& y_q8, const TensorRows& parameters,
                         const ContextStep& step, int row_begin, int row_end,
                         const Rounding& rounding, RansEncoder& encoder,
                         const LatentRows& decoded) {
  assert(y_q8.height() == decoded.height && y_q8.width() == decoded.width);
  ValueWriter writer{rounding, encoder};
  const std::size_t channels = step.channels();
  std::vector<std::int32_t> row(y_q8.width() * channels);
  for (int y = row_begin; y < row_end; ++y) {
    y_q8.read(y, step.first, step.end, row.data());
    code_step(parameters, step, y, y + 1, decoded, [&](const LatentPrior& p) {
      return writer(p, row[p.x * channels + (p.channel - step.first)]);
    });
  }
  return writer.cost_q8;
}

}  // namespace vaecomp
