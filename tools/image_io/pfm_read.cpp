// Reads PFM: a header of three words and a scale, then rows of floats from the bottom up.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/damage.h"
#include "tools/image_io/picture_size.h"
#include "tools/image_io/pnm.h"
#include "tools/image_io/pnm_tokens.h"

namespace vaecomp {
namespace {

constexpr std::uint16_t kMidGrey = 32768;

// The byte order by the scale's sign: negative is little-endian.
Result<bool> read_is_little(PnmTokens& tokens) {
  const std::size_t start = tokens.position();
  const Result<std::string> word = tokens.word();
  if (!word) return word.error();
  double scale = 0;
  const char* const end = word->data() + word->size();
  const auto read = std::from_chars(word->data() + (word->starts_with('+') ? 1 : 0), end, scale);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(scale) || scale == 0)
    return Error{ErrorCode::kCorrupt, "the header's scale is no number but 0", start};
  return scale < 0;
}

float float_at(const std::uint8_t* at, bool little) {
  return std::bit_cast<float>(little ? load_le<std::uint32_t>(at) : load_be32({at, 4}, 0));
}

}  // namespace

Result<Image> read_pfm(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  if (file.size() < 2)
    return Error{ErrorCode::kTruncated, "the file ends inside the header", file.size()};
  PnmTokens tokens(file, 2);
  const Result<std::uint64_t> width = tokens.number("width");
  if (!width) return width.error();
  const Result<std::uint64_t> height = tokens.number("height");
  if (!height) return height.error();
  if (auto error = check_picture_size(*width, *height, options.limits, 2)) return *std::move(error);
  const Result<bool> little = read_is_little(tokens);
  if (!little) return little.error();
  if (auto separated = tokens.separator(); !separated) return separated.error();

  Damage damage(options, remarks);
  Image image{.samples = {},
              .width = static_cast<int>(*width),
              .height = static_cast<int>(*height),
              .channels = file[1] == 'F' ? 3 : 1};
  const std::size_t row_samples = static_cast<std::size_t>(image.width) * image.channels;
  const std::size_t count = row_samples * image.height, start = tokens.position();
  const ByteSpan floats = file.subspan(start);
  const std::size_t there = std::min(floats.size() / 4, count);
  if (there < count) {
    const Error error{ErrorCode::kTruncated,
                      "the file ends inside the samples: " + std::to_string(floats.size()) +
                          " of " + std::to_string(4 * count) + " bytes",
                      file.size()};
    if (there == 0) return error;
    if (auto done = damage.serious(error, "the rows above those that are there are grey"); !done)
      return done.error();
  }
  image.samples16.assign(count, kMidGrey);
  std::size_t first_clipped = kNoOffset;
  for (std::size_t i = 0; i < there; ++i) {
    const float value = float_at(floats.data() + 4 * i, *little);
    const bool inside = value >= 0 && value <= 1;  // false for NaN
    if (!inside && first_clipped == kNoOffset) first_clipped = start + 4 * i;
    const std::size_t row = image.height - 1 - i / row_samples;
    image.samples16[row * row_samples + i % row_samples] =
        static_cast<std::uint16_t>(inside      ? std::lround(value * 65535.0)
                                   : value > 1 ? 65535
                                               : 0);
  }
  if (first_clipped != kNoOffset) {
    add_remark(remarks, {RemarkKind::kColour, "values beyond 0 to 1 were clipped", first_clipped});
  }
  if (there == count && !is_padding(floats.subspan(4 * count))) {
    damage.harmless(
        std::to_string(floats.size() - 4 * count) + " bytes after the samples are left out",
        start + 4 * count);
  }
  return image;
}

}  // namespace vaecomp
