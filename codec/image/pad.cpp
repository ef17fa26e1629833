// Edge replication, SPEC.md section 5. Encoder only: float zone.
#include "codec/image/pad.h"

#include <algorithm>
#include <array>

namespace vaecomp {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

std::array<float, 256> sample_values() {
  std::array<float, 256> values{};
  for (int i = 0; i < 256; ++i) values[i] = static_cast<float>(i) / 127.5f - 1.0f;
  return values;
}

// Row and column of the padded tensor come from those of the picture; `value` maps a sample to -1
// .. 1.
template <typename Sample, typename Value>
FloatTensor padded_samples(ImageView image, const Sample* samples, int multiple,
                           const Value& value) {
  FloatTensor out(round_up(image.height, multiple), round_up(image.width, multiple), 3);
  for (int y = 0; y < out.height; ++y) {
    const std::size_t row = std::min(y, image.height - 1);
    const Sample* in = samples + row * image.width * image.channels;
    float* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += 3) {
      const Sample* sample = in + std::min(x, image.width - 1) * image.channels;
      for (int c = 0; c < 3; ++c) to[c] = value(sample[image.channels == 3 ? c : 0]);
    }
  }
  return out;
}

}  // namespace

FloatTensor padded_picture(ImageView image, int multiple) {
  if (image.depth() == 16)
    return padded_samples(image, image.samples16.data(), multiple,
                          [](std::uint16_t sample) { return sample / 32767.5f - 1.0f; });
  const auto values = sample_values();
  return padded_samples(image, image.samples.data(), multiple,
                        [&values](std::uint8_t sample) { return values[sample]; });
}

FloatTensor padded(const FloatTensor& tensor, int multiple) {
  FloatTensor out(round_up(tensor.height, multiple), round_up(tensor.width, multiple),
                  tensor.channels);
  for (int y = 0; y < out.height; ++y) {
    const float* in = tensor.row(std::min(y, tensor.height - 1));
    float* to = out.row(y);
    for (int x = 0; x < out.width; ++x) {
      const float* cell =
          in + static_cast<std::size_t>(std::min(x, tensor.width - 1)) * tensor.channels;
      to = std::copy_n(cell, tensor.channels, to);
    }
  }
  return out;
}

}  // namespace vaecomp
