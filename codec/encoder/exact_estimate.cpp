// A sample of the picture is priced.
#include "codec/encoder/exact_estimate.h"

#include "codec/encoder/picture_sample.h"

namespace vaecomp {

double exact_bits(ImageView colours, ThreadPool& pool) {
  const PictureSample sample(colours);
  return sample.bits(sample.view(), pool);
}

}  // namespace vaecomp
