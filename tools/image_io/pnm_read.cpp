// Reads the Netpbm formats: text, bits or bytes become bytes, which are scaled.
#include <algorithm>
#include <string>
#include <utility>

#include "tools/image_io/damage.h"
#include "tools/image_io/pnm.h"
#include "tools/image_io/pnm_head.h"
#include "tools/image_io/pnm_tokens.h"

namespace vaecomp {
namespace {

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Samples in the form of head.layout, and where in the file they end.
struct Raster {
  Bytes raw;
  std::size_t end = 0;
};

Error above_maxval(std::uint64_t value, int maxval, std::size_t offset) {
  return {ErrorCode::kCorrupt,
          "a sample is " + std::to_string(value) + ", above the file's maxval of " +
              std::to_string(maxval),
          offset};
}

constexpr std::string_view kClipped = "such samples are taken for white";

// The file ends, or something else than a sample follows, after `there` of `all` units of which
// `raw` holds the first.
Result<void> fill_missing(const PnmHead& head, Error error, std::size_t whole_pixels, Bytes& raw,
                          Damage& damage) {
  if (whole_pixels == 0) return error;
  raw.resize(head.layout.total_bytes());
  fill_grey(head.layout, whole_pixels, raw);
  const std::size_t row = whole_pixels / head.layout.width;
  return damage.serious(std::move(error), "it is grey from row " + std::to_string(row) + " on");
}

Error ends_inside(std::size_t there, std::size_t all, const char* unit, std::size_t offset) {
  return {ErrorCode::kTruncated,
          "the file ends inside the samples: " + std::to_string(there) + " of " +
              std::to_string(all) + " " + unit,
          offset};
}

// A value of a plain bitmap is one character, others are separated. Nothing at the file's end or
// where there is no sample.
std::optional<std::uint64_t> text_sample(PnmTokens& tokens, ByteSpan file, bool bitmap) {
  tokens.skip_blanks();
  const std::size_t at = tokens.position();
  if (at == file.size() || file[at] < '0' || file[at] > (bitmap ? '1' : '9')) return std::nullopt;
  if (bitmap) {
    tokens.move_to(at + 1);
    return file[at] == '1' ? 0 : 255;  // 1 is black
  }
  const Result<std::uint64_t> number = tokens.number("sample");
  if (number) return *number;
  std::size_t end = at;  // of digits that are too many
  while (end < file.size() && file[end] >= '0' && file[end] <= '9') ++end;
  tokens.move_to(end);
  return UINT32_MAX;
}

Result<Raster> read_text(ByteSpan file, const PnmHead& head, Damage& damage) {
  const SampleLayout& layout = head.layout;
  const std::size_t bytes = layout.sample_bytes(), count = layout.total_bytes() / bytes;
  const std::size_t channels = layout.channels + (layout.alpha ? 1 : 0);
  // A sample takes at least a character, and one between two: what cannot be there is not
  // allocated.
  const std::size_t least = head.is_bitmap() ? count : 2 * count - 1,
                    rest = file.size() - head.samples;
  if (rest < least && !damage.tolerant())
    return damage.serious(ends_inside(rest, least, "characters at least", file.size()), {}).error();
  Raster raster;
  raster.raw.reserve(layout.total_bytes());
  PnmTokens tokens(file, head.samples);
  for (std::size_t i = 0; i < count; ++i) {
    tokens.skip_blanks();
    const std::size_t at = tokens.position();
    std::optional<std::uint64_t> value = text_sample(tokens, file, head.is_bitmap());
    if (!value) {
      const Error error = at == file.size()
                              ? ends_inside(i, count, "samples", at)
                              : Error{ErrorCode::kCorrupt, "something that is no sample", at};
      if (auto done = fill_missing(head, error, i / channels, raster.raw, damage); !done)
        return done.error();
      break;
    }
    if (*value > static_cast<std::uint64_t>(layout.maxval)) {
      if (auto done = damage.serious(above_maxval(*value, layout.maxval, at), kClipped); !done)
        return done.error();
      value = layout.maxval;
    }
    if (bytes == 2) raster.raw.push_back(static_cast<std::uint8_t>(*value >> 8));
    raster.raw.push_back(static_cast<std::uint8_t>(*value));
  }
  raster.end = tokens.position();
  return raster;
}

// Bits from the highest of each byte on, rows filled up to bytes; 1 is black.
Bytes unpacked_bits(ByteSpan bits, const SampleLayout& layout) {
  const std::size_t row_bytes = (static_cast<std::size_t>(layout.width) + 7) / 8;
  Bytes raw;
  raw.reserve(layout.total_bytes());
  for (std::size_t row = 0; row < bits.size(); row += row_bytes) {
    for (int x = 0; x < layout.width && row + x / 8 < bits.size(); ++x)
      raw.push_back((bits[row + x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255);
  }
  return raw;
}

// Samples above maxval, which bytes allow where maxval is not their largest value.
Result<void> clip(const PnmHead& head, std::size_t start, Bytes& raw, Damage& damage) {
  const int maxval = head.layout.maxval;
  const std::size_t bytes = head.layout.sample_bytes();
  if (maxval == 255 || maxval == 65535) return {};
  for (std::size_t at = 0; at + bytes <= raw.size(); at += bytes) {
    const int value = bytes == 1 ? raw[at] : raw[at] << 8 | raw[at + 1];
    if (value <= maxval) continue;
    if (auto done = damage.serious(above_maxval(value, maxval, start + at), kClipped); !done)
      return done;
    if (bytes == 2) raw[at] = static_cast<std::uint8_t>(maxval >> 8);
    raw[at + bytes - 1] = static_cast<std::uint8_t>(maxval);
  }
  return {};
}

Result<Raster> read_binary(ByteSpan file, const PnmHead& head, Damage& damage) {
  const ByteSpan rest = file.subspan(head.samples);
  const std::size_t size = head.binary_bytes(), there = std::min(size, rest.size());
  const Error ended = ends_inside(there, size, "bytes", file.size());
  if (there < size && !damage.tolerant()) return damage.serious(ended, {}).error();
  Raster raster{.raw = {}, .end = head.samples + there};
  if (head.is_bitmap()) {
    raster.raw = unpacked_bits(rest.first(there), head.layout);
  } else {
    raster.raw.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(there));
  }
  if (auto done = clip(head, head.samples, raster.raw, damage); !done) return done.error();
  if (there < size) {
    const std::size_t pixel_bytes = head.layout.row_bytes() / head.layout.width;
    const std::size_t pixels = raster.raw.size() / pixel_bytes;
    if (auto done = fill_missing(head, ended, pixels, raster.raw, damage); !done)
      return done.error();
  }
  return raster;
}

Result<Raster> read_raster(ByteSpan file, const PnmHead& head, Damage& damage) {
  return head.is_text() ? read_text(file, head, damage) : read_binary(file, head, damage);
}

bool begins_picture(ByteSpan file, std::size_t at) {
  return at + 2 < file.size() && file[at] == 'P' && file[at + 1] >= '1' && file[at + 1] <= '7' &&
         (is_space(file[at + 2]) || file[at + 2] == '#');
}

// How many pictures begin at `at` and after.
int count_pictures(ByteSpan file, std::size_t at) {
  int count = 0;
  Damage unheard({}, nullptr);
  while (begins_picture(file, at)) {
    const Result<PnmHead> head = read_pnm_head(file, at, {});
    if (!head) break;
    ++count;
    if (!head->is_text()) {
      if (file.size() - head->samples < head->binary_bytes()) break;
      at = head->samples + head->binary_bytes();
    } else {
      const Result<Raster> raster = read_text(file, *head, unheard);
      if (!raster) break;
      at = raster->end;
    }
    while (at < file.size() && is_space(file[at])) ++at;
  }
  return count;
}

// What follows the samples: nothing, white space and zeros are fine.
void tell_rest(ByteSpan file, std::size_t end, Damage& damage, Remarks* remarks) {
  while (end < file.size() && is_space(file[end])) ++end;
  if (is_padding(file.subspan(end))) return;
  if (const int count = count_pictures(file, end); count > 0) {
    add_remark(
        remarks,
        {RemarkKind::kMore,
         "a file of " + std::to_string(count + 1) + " pictures: only the first is kept", end});
  } else {
    damage.harmless(std::to_string(file.size() - end) + " bytes after the samples are left out",
                    end);
  }
}

}  // namespace

Result<Image> read_pnm(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  const Result<PnmHead> head = read_pnm_head(file, 0, options.limits);
  if (!head) return head.error();
  Damage damage(options, remarks);
  Result<Raster> raster = read_raster(file, *head, damage);
  if (!raster) return raster.error();
  if (!damage.pixels_are_wrong()) tell_rest(file, raster->end, damage, remarks);
  return unpack_samples(head->layout, std::move(raster->raw));
}

}  // namespace vaecomp
