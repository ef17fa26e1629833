// Everything that decoding gives but the pixels, which follow from the latents.
#include "codec/encoder/verify_stream.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "codec/decoder/dec_image.h"
#include "codec/decoder/side_sections.h"
#include "codec/encoder/coded_colour.h"

namespace vaecomp {
namespace {

Error other(const char* what) {
  return {ErrorCode::kInternal,
          std::string("verification failed: the stream decodes to other ") + what};
}

bool same_kind(ImageView image, const StreamHeader& header) {
  return header.width == static_cast<std::uint32_t>(image.width) &&
         header.height == static_cast<std::uint32_t>(image.height) &&
         header.channels() == image.channels && header.is_16_bit() == (image.depth() == 16);
}

bool same_alpha(ImageView image, const std::optional<ExactRows>& alpha) {
  if (is_opaque(image)) return !alpha.has_value();
  if (!alpha) return false;
  std::vector<std::uint16_t> row(image.width);
  for (int y = 0; y < image.height; ++y) {
    alpha->copy(y, 0, row.data());
    const std::size_t first = static_cast<std::size_t>(y) * image.width;
    if (!std::equal(row.begin(), row.end(), image.alpha.begin() + first)) return false;
  }
  return true;
}

template <typename Sample>
bool same_patches(std::span<const Sample> samples, ImageView coded, const Patches& patches,
                  int channels) {
  const auto width = static_cast<std::size_t>(coded.width);
  std::vector<Sample> row(width * channels);
  for (int y = 0; y < coded.height; ++y) {
    patches.lay_over(y, row.data());
    for (std::size_t x = 0; x < width; ++x) {
      if (!patches.mask().covers(static_cast<int>(x), y)) continue;
      const std::size_t pixel = (y * width + x) * coded.channels;
      for (int c = 0; c < channels; ++c)
        if (row[x * channels + c] != samples[pixel + std::min(c, coded.channels - 1)]) return false;
    }
  }
  return true;
}

bool same_patches(const Original& original, const std::optional<Patches>& patches) {
  if (original.mask == nullptr) return !patches.has_value();
  if (!patches || patches->mask() != *original.mask) return false;
  const ImageView coded = original.coded;
  const int channels = original.image.channels;
  return coded.depth() == 16 ? same_patches(coded.samples16, coded, *patches, channels)
                             : same_patches(coded.samples, coded, *patches, channels);
}

}  // namespace

Result<void> verify_stream(const DecoderModel::Impl& model, ByteSpan stream,
                           const Original& original, ThreadPool& pool) {
  const ImageView image = original.image;
  const Limits limits{.max_pixels = ~std::uint64_t{0}, .max_metadata = kMaxMetadata};
  const Result<Container> container = read_container(stream, limits);
  if (!container) return container.error();
  if (!same_kind(image, container->header)) return other("size, channels or depth");
  const Result<SideSections> side = read_side_sections(*container, pool);
  if (!side) return side.error();
  if (!same_alpha(image, side->alpha)) return other("alpha");
  if (image.metadata != nullptr && side->metadata != *image.metadata) return other("metadata");
  if (side->turn != original.turn) return other("colours");
  if (side->filter != original.filter) return other("filter");
  if (!same_patches(original, side->patches)) return other("patches");
  const Progress silent;
  const Result<Tensor> decoded = decode_latents(model, *container, pool, StageProgress(silent));
  if (!decoded) return decoded.error();
  if (row_checks(*decoded) != original.latents) return other("latents");
  return {};
}

}  // namespace vaecomp
