// Edge replication, SPEC.md section 5. Encoder only: float zone.
#include "codec/encoder/pad.h"

#include <algorithm>
#include <array>
#include <vector>

namespace vaecomp {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

std::array<float, 256> sample_values() {
  std::array<float, 256> values{};
  for (int i = 0; i < 256; ++i) values[i] = static_cast<float>(i) / 127.5f - 1.0f;
  return values;
}

// Row `y` of the padded picture, `width` columns: both come from those of the picture; `value` maps
// a sample to -1 .. 1.
template <typename Sample, typename Value>
void pad_row(ImageView image, const Sample* samples, int y, int width, const Value& value,
             float* row) {
  const std::size_t from = std::min(y, image.height - 1);
  const Sample* in = samples + from * image.width * image.channels;
  for (int x = 0; x < width; ++x, row += 3) {
    const Sample* sample = in + std::min(x, image.width - 1) * image.channels;
    for (int c = 0; c < 3; ++c) row[c] = value(sample[image.channels == 3 ? c : 0]);
  }
}

void pad_picture_row(ImageView image, int y, int width, float* row) {
  if (image.depth() == 16) {
    pad_row(
        image, image.samples16.data(), y, width,
        [](std::uint16_t sample) { return sample / 32767.5f - 1.0f; }, row);
  } else {
    static const auto values = sample_values();
    pad_row(
        image, image.samples.data(), y, width, [](std::uint8_t sample) { return values[sample]; },
        row);
  }
}

}  // namespace

RowInput<float> padded_picture(ImageView image, int multiple) {
  const int width = round_up(image.width, multiple);
  return {round_up(image.height, multiple), width, 3,
          [image, width](int y, float* row) { pad_picture_row(image, y, width, row); }};
}

RowInput<float> unshuffled_picture(ImageView image, int k) {
  const int columns = round_up(image.width, k) / k;
  const int channels = 3 * k * k;
  return {round_up(image.height, k) / k, columns, channels, [=](int y, float* to) {
            std::vector<float> row(static_cast<std::size_t>(columns) * k * 3);
            for (int i = 0; i < k; ++i) {
              pad_picture_row(image, y * k + i, columns * k, row.data());
              for (int x = 0; x < columns; ++x) {
                const float* from = &row[static_cast<std::size_t>(x) * k * 3];
                float* block = to + static_cast<std::size_t>(x) * channels + i * k;
                for (int j = 0; j < k; ++j) {
                  for (int c = 0; c < 3; ++c) block[c * k * k + j] = from[j * 3 + c];
                }
              }
            }
          }};
}

}  // namespace vaecomp
