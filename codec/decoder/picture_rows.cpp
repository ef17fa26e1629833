// What the rows of a picture have in common, and how they become a picture again.
#include <utility>

#include "vaecomp/rows.hpp"

namespace vaecomp {
namespace {

template <typename Sample>
void append(std::span<const Sample> from, std::vector<Sample>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

PictureHead head_of(ImageView image) {
  return {.width = image.width,
          .height = image.height,
          .channels = image.channels,
          .depth = image.depth(),
          .alpha = !image.alpha.empty(),
          .metadata = image.metadata == nullptr ? Metadata{} : *image.metadata};
}

Result<void> ImageSink::begin(const PictureHead& head) {
  image_ = {.samples = {}, .width = head.width, .height = head.height, .channels = head.channels};
  image_.metadata = head.metadata;
  const std::size_t pixels = static_cast<std::size_t>(head.width) * head.height;
  if (head.depth == 16) {
    image_.samples16.reserve(pixels * head.channels);
  } else {
    image_.samples.reserve(pixels * head.channels);
  }
  if (head.alpha) image_.alpha.reserve(pixels);
  return {};
}

Result<void> ImageSink::take(ImageView rows) {
  append(rows.samples, image_.samples);
  append(rows.samples16, image_.samples16);
  append(rows.alpha, image_.alpha);
  return {};
}

}  // namespace vaecomp
