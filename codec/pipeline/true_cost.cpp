// Exact synthesis, row by row, and the squared error in integers: equal for every number of
// threads.
#include "codec/pipeline/true_cost.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "codec/pipeline/dec_image.h"
#include "codec/synthesis/to_pixels.h"

namespace vaecomp {
namespace {

std::uint64_t squared_distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int error = a[i] - b[i];
    sum += static_cast<std::uint64_t>(error * error);
  }
  return sum;
}

}  // namespace

double true_cost(const Model::Impl& model, ImageView image, const EncodedLatents& encoded,
                 int quality, ThreadPool& pool) {
  const PixelKind kind = image.channels == 1 ? PixelKind::kGrey : PixelKind::kRgb;
  const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
  std::vector<std::uint8_t> decoded(stride);
  std::uint64_t squared_error = 0;
  const auto measure = [&](const TensorRows& rows, int begin, int end) {
    for (int y = begin; y < std::min(end, image.height); ++y) {
      to_pixels(rows.row(y), image.width, kind, decoded.data());
      squared_error += squared_distance(decoded.data(), &image.samples[y * stride], stride);
    }
  };
  const Progress unwatched;
  const Result<void> done =
      synthesise_rows(model, encoded.decoded, quality, pool, StageProgress(unwatched), measure);
  assert(done);
  static_cast<void>(done);
  const double mse =
      static_cast<double>(squared_error) / (static_cast<double>(stride) * image.height);  // 255^2
  const double bits = 8.0 * encoded.payload.size();
  return model.lambda[quality] * mse + bits / image.width / image.height;
}

}  // namespace vaecomp
