// The loops over coded positions, written once for encoder and decoder so that they cannot drift.
// Exact zone.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>

#include "codec/base/tensor.h"
#include "codec/prior/context_step.h"
#include "codec/prior/hyper_prior.h"
#include "codec/prior/scale_index.h"

namespace vaecomp {

// What is known about a latent before its value: where it is and its prior.
struct LatentPrior {
  int y, x, channel;  // in the whole picture's grid
  int mean;           // Q4
  int scale_index;    // 1 .. 63
};

// The rows that latents are written to as they become known: those of a tensor, or the last few.
struct LatentRows {
  std::int16_t* data;
  int height, width, channels;
  int capacity;  // row y is the row y % capacity of `data`

  LatentRows(Tensor& all)  // NOLINT: implicit on purpose
      : data(all.values.data()),
        height(all.height),
        width(all.width),
        channels(all.channels),
        capacity(all.height) {}
  LatentRows(int h, int w, int c, std::span<std::int16_t> last)
      : data(last.data()),
        height(h),
        width(w),
        channels(c),
        capacity(static_cast<int>(last.size() / (std::size_t{1} * w * c))) {}

  std::int16_t* at(int y, int x) const {
    return data + (static_cast<std::size_t>(y % capacity) * width + x) * channels;
  }
};

// One context step in rows [row_begin, row_end) of the picture's grid (SPEC.md section 4, step 3).
// `parameters` is the context network's output, of which those rows exist, 2 (end - first) channels
// in Q4: means, then scales. `decoded` [h][w][channel], Q4, receives the latents. `value_of(prior)`
// reads or chooses the value; where the scale index is 0 it is not asked, the value is 0 (VC-23).
template <typename ValueOf>
void code_step(const TensorRows& parameters, const ContextStep& step, int row_begin, int row_end,
               const LatentRows& decoded, ValueOf&& value_of) {
  assert(parameters.channels == 2 * step.channels() && step.end <= decoded.channels);
  assert(parameters.height == decoded.height && parameters.width == decoded.width);
  assert(0 <= row_begin && row_begin <= row_end && row_end <= decoded.height);
  const int count = step.channels();
  for (int y = row_begin; y < row_end; ++y) {
    for (int x = 0; x < decoded.width; ++x) {
      if (!step.covers(y, x)) continue;
      const std::int16_t* means = parameters.at(y, x);
      const std::int16_t* scales = means + count;
      std::int16_t* out = decoded.at(y, x) + step.first;
      for (int c = 0; c < count; ++c) {
        const int i = scale_index(scales[c]);
        const int v = i == 0 ? 0 : value_of(LatentPrior{y, x, step.first + c, means[c], i});
        out[c] = decoded_latent(v, means[c]);
      }
    }
  }
}

// The hyper latents of one quality (SPEC.md section 4, step 1). `z` [rows][columns][Z], Q4.
template <typename ValueOf>
void code_hyper(const HyperPrior& prior, int quality, Tensor& z, ValueOf&& value_of) {
  assert(z.channels == prior.channels());
  for (int y = 0; y < z.height; ++y) {
    for (int x = 0; x < z.width; ++x) {
      for (int c = 0; c < z.channels; ++c) {
        const int mean = prior.mean(quality, c);
        const int i = prior.scale_index(quality, c);
        const int v = i == 0 ? 0 : value_of(LatentPrior{y, x, c, mean, i});
        z.at(y, x)[c] = decoded_latent(v, mean);
      }
    }
  }
}

}  // namespace vaecomp
