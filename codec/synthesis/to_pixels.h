// From the synthesis network's output to samples of 8 or 16 bits (SPEC.md VC-30, VC-31, VC-40,
// VC-42). Exact zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/nn/tensor.h"
#include "codec/nn/thread_pool.h"

namespace vaecomp {

// What a pixel's samples are: red, green and blue; one grey; or that one three times.
enum class PixelKind { kRgb, kGrey, kNeutral };

// Where samples go: row y begins at data[y * stride], a pixel's samples lie side by side (RGB: red,
// green, blue).
template <typename Sample>
struct SampleRowsOf {
  std::span<Sample> data;     // at least (height - 1) * stride + width * (kGrey: 1, else 3)
  std::size_t stride = 0;     // samples from one row to the next
  int width = 0, height = 0;  // at most those of the tensor: the rest is cropped
};
using SampleRows = SampleRowsOf<std::uint8_t>;
using SampleRows16 = SampleRowsOf<std::uint16_t>;

// Converts rows first_row .. first_row + out.height - 1 of `synthesis` (3 channels: red, green,
// blue, Q6, 8-bit units) to samples: clip((p + 32) >> 6, 0, 255) each, or for grey and neutral
// pictures one sample of (r + 2 g + b) / 4. Rows run in parallel. A 16-bit sample is clip((257 p +
// 32) >> 6, 0, 65535).
void to_pixels(const Tensor& synthesis, int first_row, PixelKind kind, const SampleRows& out,
               ThreadPool& pool);
void to_pixels(const Tensor& synthesis, int first_row, PixelKind kind, const SampleRows16& out,
               ThreadPool& pool);

}  // namespace vaecomp
