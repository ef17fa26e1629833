// Exact synthesis, then the squared error in integers: equal for every number of threads.
#include "codec/pipeline/true_cost.h"

#include "codec/pipeline/dec_image.h"

namespace vaecomp {

double true_cost(const Model::Impl& model, ImageView image, const EncodedLatents& encoded,
                 int quality, ThreadPool& pool) {
  const StreamHeader header{.flags = image.channels == 1 ? kFlagGrey : std::uint8_t{0},
                            .width = static_cast<std::uint32_t>(image.width),
                            .height = static_cast<std::uint32_t>(image.height),
                            .quality = static_cast<std::uint8_t>(quality),
                            .model_id = model.id};
  const Image decoded = synthesise(model, encoded.decoded, header, pool);
  std::uint64_t squared_error = 0;
  for (std::size_t i = 0; i < decoded.samples.size(); ++i) {
    const int error = decoded.samples[i] - image.samples[i];
    squared_error += static_cast<std::uint64_t>(error * error);
  }
  const double mse = static_cast<double>(squared_error) / decoded.samples.size();  // 255^2 units
  const double bits = 8.0 * encoded.payload.size();
  return model.lambda[quality] * mse + bits / image.width / image.height;
}

}  // namespace vaecomp
