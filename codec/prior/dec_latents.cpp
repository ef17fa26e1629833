// The decoder's side of the shared loops: values are read.
#include "codec/prior/dec_latents.h"

#include "codec/prior/code_latents.h"

namespace vaecomp {

void decode_hyper(RansDecoder& decoder, const HyperPrior& prior, int quality, Tensor& z) {
  code_hyper(prior, quality, z,
             [&](const LatentPrior& p) { return decoder.get_value(p.scale_index); });
}

void decode_step(RansDecoder& decoder, Dequantiser& dequantiser, const TensorRows& parameters,
                 const ContextStep& step, int row_begin, int row_end, const LatentRows& decoded) {
  code_step(parameters, step, row_begin, row_end, decoded, [&](const LatentPrior& p) {
    return dequantiser.offset(decoder.get_value(dequantiser.table(p.scale_index)));
  });
}

}  // namespace vaecomp
