// The k^2 values of each channel are gathered from k rows.
#include "codec/analysis/unshuffle.h"

namespace vaecomp {

FloatTensor unshuffled(const FloatTensor& in, int k, ThreadPool& pool) {
  FloatTensor out(in.height / k, in.width / k, in.channels * k * k);
  pool.parallel_for(0, out.height, [&](int y) {
    float* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += out.channels)
      for (int i = 0; i < k; ++i)
        for (int j = 0; j < k; ++j) {
          const float* from = in.row(y * k + i) + static_cast<std::size_t>(x * k + j) * in.channels;
          for (int c = 0; c < in.channels; ++c) to[c * k * k + i * k + j] = from[c];
        }
  });
  return out;
}

}  // namespace vaecomp
