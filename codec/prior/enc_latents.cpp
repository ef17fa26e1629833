// The encoder's side of the shared loops: values are chosen and queued.
#include "codec/prior/enc_latents.h"

#include <cassert>

#include "codec/prior/code_latents.h"

namespace vaecomp {
namespace {

// Chooses, queues and prices the value of every latent that a shared loop visits.
struct ValueWriter {
  const LatentsQ8& latents;
  const Rounding& rounding;
  RansEncoder& encoder;
  std::int64_t cost_q8 = 0;

  int operator()(const LatentPrior& p) {
    const std::int32_t latent = latents.at(p.y, p.x)[p.channel];
    const int chosen =
        choose_value(encoder.tables(), p.scale_index, latent, p.mean, rounding.rate_weight);
    const int value = encoder.put_value(p.scale_index, chosen);
    cost_q8 += encoder.tables().cost_q8(p.scale_index, value);
    return value;
  }
};

[[maybe_unused]] bool same_shape(const LatentsQ8& a, const Tensor& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels;
}

}  // namespace

std::int64_t encode_hyper(const LatentsQ8& z_q8, const HyperPrior& prior, int quality,
                          const Rounding& rounding, RansEncoder& encoder, Tensor& z) {
  assert(same_shape(z_q8, z));
  ValueWriter writer{z_q8, rounding, encoder};
  code_hyper(prior, quality, z, writer);
  return writer.cost_q8;
}

std::int64_t encode_step(const LatentsQ8& y_q8, const TensorRows& parameters,
                         const ContextStep& step, int row_begin, int row_end,
                         const Rounding& rounding, RansEncoder& encoder, Tensor& decoded) {
  assert(same_shape(y_q8, decoded));
  ValueWriter writer{y_q8, rounding, encoder};
  code_step(parameters, step, row_begin, row_end, decoded, writer);
  return writer.cost_q8;
}

}  // namespace vaecomp
