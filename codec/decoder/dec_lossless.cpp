// Planes to interleaved samples.
#include "codec/decoder/dec_lossless.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "format/moved_error.h"

namespace vaecomp {

int colour_planes(const StreamHeader& header) { return header.grey() || header.neutral() ? 1 : 3; }

Result<ExactRows> open_planes(const Section& section, std::size_t skipped,
                              const StreamHeader& header, int planes, const BlockMask* mask,
                              ThreadPool& pool, const StageProgress& progress) {
  const PlanesShape shape = {static_cast<int>(header.width), static_cast<int>(header.height),
                             planes, header.is_16_bit() ? 16 : 8};
  Result<ExactRows> rows =
      ExactRows::open(section.payload.subspan(skipped), shape, mask, pool,
                      [&](int share) { return progress.reached(share / 256.0); });
  if (!rows) return moved(rows.error(), section.offset + skipped);
  return rows;
}

Result<bool> pixels_have_alpha(const Section& section) {
  if (section.payload.empty()) {
    return Error{ErrorCode::kTruncated, "the pixels section is empty", section.offset, "VC-51"};
  }
  if (section.payload[0] > 1) {
    return Error{ErrorCode::kCorrupt, "the pixels section is of an unknown kind", section.offset,
                 "VC-51"};
  }
  return section.payload[0] == 1;
}

Result<ExactPicture> open_pixels(const Container& container, ThreadPool& pool,
                                 const StageProgress& progress) {
  const Section& section = *container.find(kTagPixels);
  const Result<bool> alpha = pixels_have_alpha(section);
  if (!alpha) return alpha.error();
  Result<ExactRows> rows =
      open_planes(section, 1, container.header, colour_planes(container.header) + *alpha, nullptr,
                  pool, progress);
  if (!rows) return rows.error();
  return ExactPicture{*std::move(rows), *alpha};
}

Result<void> take_pixels(const ExactPicture& picture, const StreamHeader& header,
                         const TakeRows& take) {
  constexpr int kRowsAtOnce = 32;
  const int width = static_cast<int>(header.width), height = static_cast<int>(header.height);
  const int planes = colour_planes(header), channels = header.channels();
  const std::size_t stride = static_cast<std::size_t>(width) * channels;
  std::vector<std::uint8_t> samples;
  std::vector<std::uint16_t> samples16, alpha;
  const auto fill = [&](auto& to, int first, int rows) {
    to.resize(stride * rows);
    for (int y = 0; y < rows; ++y)
      for (int c = 0; c < channels; ++c)
        picture.rows.copy(first + y, std::min(c, planes - 1), &to[stride * y + c], channels);
  };
  for (int first = 0; first < height; first += kRowsAtOnce) {
    const int rows = std::min(kRowsAtOnce, height - first);
    if (header.is_16_bit()) {
      fill(samples16, first, rows);
    } else {
      fill(samples, first, rows);
    }
    if (picture.alpha) {
      alpha.resize(static_cast<std::size_t>(width) * rows);
      for (int y = 0; y < rows; ++y)
        picture.rows.copy(first + y, planes, &alpha[static_cast<std::size_t>(width) * y]);
    }
    auto taken = take({.samples = samples,
                       .width = width,
                       .height = rows,
                       .channels = channels,
                       .samples16 = samples16,
                       .alpha = alpha});
    if (!taken) return taken;
  }
  return {};
}

}  // namespace vaecomp
