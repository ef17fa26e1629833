// Which planes a picture has, and whether they came back.
#include "codec/encoder/enc_lossless.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "codec/decoder/dec_lossless.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/plane_views.h"
#include "codec/lossless/encode_planes.h"
#include "format/container.h"
#include "format/metadata.h"

namespace vaecomp {
namespace {

// Do rows of a decoded picture, from pixel `first` on, have these colours, of which there may be
// one for three equal ones?
template <typename Sample>
bool same_colours(std::span<const Sample> rows, int channels, std::span<const Sample> colours,
                  int coded_channels, std::size_t first) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t pixel = first + i / channels;
    const int channel = std::min(static_cast<int>(i % channels), coded_channels - 1);
    if (rows[i] != colours[pixel * coded_channels + channel]) return false;
  }
  return true;
}

Result<void> compare(ByteSpan stream, ImageView image, ImageView colours, ThreadPool& pool) {
  const Error different = {ErrorCode::kInternal,
                           "verification failed: the stream decodes to another picture"};
  const Limits limits{.max_pixels = ~std::uint64_t{0}, .max_metadata = kMaxMetadata};
  const Result<Container> container = read_container(stream, limits);
  if (!container) return container.error();
  const Result<Metadata> metadata = read_metadata(*container);
  if (!metadata) return metadata.error();
  if (image.metadata != nullptr && *metadata != *image.metadata) return different;
  const Progress silent;
  const Result<ExactPicture> picture = open_pixels(*container, pool, StageProgress(silent));
  if (!picture) return picture.error();
  const StreamHeader& header = container->header;
  if (header.channels() != image.channels || header.is_16_bit() != (image.depth() == 16) ||
      picture->alpha == is_opaque(image))
    return different;
  std::size_t done = 0;  // pixels
  return take_pixels(*picture, header, [&](ImageView rows) -> Result<void> {
    const int channels = image.channels, coded = colours.channels;
    const bool same = image.depth() == 16
                          ? same_colours(rows.samples16, channels, colours.samples16, coded, done)
                          : same_colours(rows.samples, channels, colours.samples, coded, done);
    if (!same || !std::equal(rows.alpha.begin(), rows.alpha.end(),
                             image.alpha.begin() + (rows.alpha.empty() ? 0 : done)))
      return different;
    done += std::size_t{1} * rows.width * rows.height;
    return {};
  });
}

}  // namespace

Result<Bytes> encode_alpha(ImageView image, ThreadPool& pool) {
  const PlaneView plane = alpha_plane(image);
  return encode_planes({&plane, 1}, shape_of(image, 1), nullptr, pool);
}

Result<Bytes> encode_lossless(ImageView image, bool verify, ThreadPool& pool,
                              const StageProgress& progress) {
  ImageView all_visible = image;  // no colour is free
  all_visible.alpha = {};
  Image storage;
  return encode_exact(image, coded_colour(all_visible, storage), {}, verify, pool, progress);
}

Result<Bytes> encode_exact(ImageView image, ImageView colours, std::optional<int> near_quality,
                           bool verify, ThreadPool& pool, const StageProgress& progress) {
  const bool alpha = !is_opaque(image);
  std::vector<PlaneView> planes = colour_planes(colours, colours.channels);
  if (alpha) planes.push_back(alpha_plane(image));
  const StageProgress coding = progress.part(0, verify ? 0.8 : 1.0);
  const Result<Bytes> coded =
      encode_planes(planes, shape_of(image, planes.size()), nullptr, pool,
                    [&](int share) { return coding.reached(share / 256.0); });
  if (!coded) return coded.error();
  Bytes pixels = {static_cast<std::uint8_t>(alpha)};
  pixels.insert(pixels.end(), coded->begin(), coded->end());

  const StreamHeader header = {
      .flags = static_cast<std::uint8_t>(kFlagPixels | (near_quality ? kFlagNearlyExact : 0) |
                                         (colours.channels == 1 ? kFlagGrey : 0) |
                                         (colours.channels < image.channels ? kFlagNeutral : 0) |
                                         (image.depth() == 16 ? kFlag16Bits : 0)),
      .width = static_cast<std::uint32_t>(image.width),
      .height = static_cast<std::uint32_t>(image.height),
      .quality = static_cast<std::uint8_t>(near_quality.value_or(kQualities - 1)),
      .model_id = 0,
  };
  std::vector<OwnedSection> metadata;
  if (image.metadata != nullptr) {
    Result<std::vector<OwnedSection>> written = write_metadata(*image.metadata);
    if (!written) return written.error();
    metadata = *std::move(written);
  }
  std::vector<Section> sections = {{.tag = kTagPixels, .offset = 0, .payload = pixels}};
  for (const OwnedSection& section : metadata)
    sections.push_back({.tag = section.tag, .offset = 0, .payload = section.payload});
  Bytes stream = write_container(header, sections);
  if (verify) {
    if (auto same = compare(stream, image, colours, pool); !same) return same.error();
  }
  if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
  return stream;
}

}  // namespace vaecomp
