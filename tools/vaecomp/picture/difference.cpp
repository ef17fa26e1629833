// Integers throughout; a difference of 16 bits counts in 257ths.
#include "tools/vaecomp/picture/difference.h"

#include <algorithm>
#include <vector>

namespace vaecomp {
namespace {

constexpr int kEqual = 128;

template <typename Sample>
std::vector<std::uint8_t> differences(const std::vector<Sample>& a, const std::vector<Sample>& b,
                                      int gain, int unit) {
  std::vector<std::uint8_t> out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int scaled = gain * (int{b[i]} - int{a[i]});
    const int rounded = (scaled + (scaled < 0 ? -unit : unit) / 2) / unit;
    out[i] = static_cast<std::uint8_t>(std::clamp(kEqual + rounded, 0, 255));
  }
  return out;
}

}  // namespace

Image difference_picture(const Image& a, const Image& b, int gain) {
  Image image{.samples = {}, .width = a.width, .height = a.height, .channels = a.channels};
  image.samples = a.depth() == 16 ? differences(a.samples16, b.samples16, gain, 257)
                                  : differences(a.samples, b.samples, gain, 1);
  return image;
}

}  // namespace vaecomp
