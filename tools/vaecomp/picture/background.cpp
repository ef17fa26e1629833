// Mixing in integers, rounded to the nearest.
#include "tools/vaecomp/picture/background.h"

#include <charconv>
#include <string>
#include <vector>

#include "tools/vaecomp/picture/comparable.h"

namespace vaecomp {
namespace {

template <typename Sample>
void flatten(std::vector<Sample>& samples, int channels, const std::vector<std::uint16_t>& alpha,
             Colour background, std::uint32_t full) {
  const std::uint32_t colour[] = {background.red * full / 255, background.green * full / 255,
                                  background.blue * full / 255};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint64_t opacity = alpha[i / channels];
    const std::uint64_t mixed = opacity * samples[i] + (full - opacity) * colour[i % channels];
    samples[i] = static_cast<Sample>((mixed + full / 2) / full);
  }
}

}  // namespace

Result<Colour> parse_colour(std::string_view text) {
  const std::string_view digits = text.starts_with('#') ? text.substr(1) : text;
  std::uint32_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, 16);
  if (digits.size() != 6 || read.ec != std::errc() || read.ptr != end) {
    return Error{ErrorCode::kInvalidArgument,
                 "a colour is #RRGGBB, as #ffffff for white, not " + std::string(text)};
  }
  return Colour{static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
                static_cast<std::uint8_t>(number)};
}

PictureHead flattened_head(PictureHead head, Colour background) {
  if (head.alpha && !background.is_grey()) head.channels = 3;
  head.alpha = false;
  return head;
}

Image flattened(Image image, Colour background) {
  if (image.alpha.empty()) return image;
  if (!background.is_grey()) give_rgb(image);
  if (image.depth() == 16) {
    flatten(image.samples16, image.channels, image.alpha, background, 65535);
  } else {
    flatten(image.samples, image.channels, image.alpha, background, 255);
  }
  image.alpha.clear();
  return image;
}

}  // namespace vaecomp
