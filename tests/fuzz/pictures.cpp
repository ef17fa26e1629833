// Strictly first: what that takes, tolerance must not change.
#include "tests/fuzz/pictures.h"

#include <algorithm>

#include "tools/image_io/png.h"

namespace vaecomp::fuzz {
namespace {

constexpr Limits kLimits{.max_pixels = 1 << 16, .max_side = 1 << 14, .max_metadata = 1 << 20};

void check_picture(const Image& image) {
  require(image.width > 0 && image.height > 0, "a picture has pixels");
  const auto pixels = static_cast<std::size_t>(image.width) * image.height;
  require(pixels <= kLimits.max_pixels, "pictures keep to the limit");
  require(image.channels == 1 || image.channels == 3, "colours are grey or RGB");
  require(image.samples.empty() || image.samples16.empty(), "samples have one depth");
  require(std::max(image.samples.size(), image.samples16.size()) == pixels * image.channels,
          "a picture has all its samples");
  require(image.alpha.empty() || image.alpha.size() == pixels, "alpha is whole or not there");
  require(metadata_size(image.metadata) <= kLimits.max_metadata, "metadata keep to the limit");
  const auto sections = write_metadata(image.metadata);
  require(sections.has_value(), "metadata of a file fit a stream");
}

void check_png(const Image& image) {
  const Result<Bytes> png = write_png(image.view(), {.png_level = 0});
  require(png.has_value(), "what was read can be written as PNG");
  const Result<Image> back = read_png(*png, {.limits = {}, .tolerant = false}, nullptr);
  if (!back) std::fprintf(stderr, "%s\n", back.error().message().c_str());
  require(back.has_value(), "and read again");
  require(back->samples == image.samples && back->samples16 == image.samples16 &&
              back->alpha == image.alpha,
          "and is the same picture");
}

}  // namespace

void check_reader(PictureReader read, ByteSpan file) {
  Remarks remarks, tolerated;
  const Result<Image> image = read(file, {.limits = kLimits, .tolerant = false}, &remarks);
  const Result<Image> tolerant = read(file, {.limits = kLimits, .tolerant = true}, &tolerated);
  if (!image) require_sound(image.error(), file.size());
  if (!tolerant) require_sound(tolerant.error(), file.size());
  require(tolerant || !image, "what is taken strictly is taken tolerantly");
  if (!tolerant) return;
  check_picture(*tolerant);
  if (!image) return;
  check_picture(*image);
  require(image->samples == tolerant->samples && image->samples16 == tolerant->samples16,
          "tolerance does not change a sound picture");
  check_png(*image);
}

}  // namespace vaecomp::fuzz
