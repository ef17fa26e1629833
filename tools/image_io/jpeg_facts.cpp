// Segments are known by the head of their content.
#include "tools/image_io/jpeg_facts.h"

#include <algorithm>
#include <string>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/jpeg_segments.h"
#include "tools/image_io/latin1.h"
#include "tools/image_io/tiff_reader.h"

namespace vaecomp {
namespace {

constexpr std::uint16_t kNumberOfImages = 0xB001;  // CIPA DC-007, 5.2.3
constexpr std::size_t kMaxName = 24;

std::string_view text_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "APP12 Ducky": the segment's number and the name that its content begins with.
std::string name_of(const JpegSegment& segment) {
  const std::string_view content = text_of(segment.content);
  std::string name = "APP" + std::to_string(segment.marker - jpeg_marker::kApp0);
  if (content.starts_with(kExtendedXmpHead)) return name + " extended XMP";
  const auto end = std::find_if(content.begin(), content.end(),
                                [](char c) { return c <= ' ' || c > '~' || c == ','; });
  const std::string_view word = content.substr(0, static_cast<std::size_t>(end - content.begin()));
  return word.empty() ? name : name + " " + std::string(word.substr(0, kMaxName));
}

// Dots per inch or per centimetre as dots per metre.
std::uint32_t per_metre(std::uint32_t density, int unit) {
  return unit == 1 ? (density * 10000 + 127) / 254 : density * 100;
}

}  // namespace

Result<void> JpegFacts::take(const JpegSegment& segment) {
  const std::string_view content = text_of(segment.content);
  const auto is = [&](int number, std::string_view head) {
    return segment.marker == jpeg_marker::kApp0 + number && content.starts_with(head);
  };
  // Adds what follows the head, if there is room for it.
  const auto append = [&](std::string_view head, Bytes& to) -> Result<void> {
    const ByteSpan part = segment.content.subspan(head.size());
    const Result<bool> room = room_.take(part.size(), segment.offset);
    if (!room) return room.error();
    if (*room) to.insert(to.end(), part.begin(), part.end());
    return {};
  };
  const auto keep = [&](std::string_view head, Bytes& to) -> Result<void> {
    if (to.empty()) return append(head, to);
    left_out_.add("a second " + name_of(segment), segment.offset);
    return {};
  };
  if (segment.marker == jpeg_marker::kCom) return take_comment(segment);
  if (is(0, kJfifHead)) {
    take_density(segment.content);
  } else if (is(1, kExifHead)) {
    return keep(kExifHead, metadata_.exif);
  } else if (is(1, kXmpHead)) {
    return keep(kXmpHead, metadata_.xmp);
  } else if (is(2, kMpfHead)) {
    take_pictures(segment);
  } else if (is(13, kPhotoshopHead)) {
    return append(kPhotoshopHead, metadata_.iptc);
  } else if (segment.marker >= jpeg_marker::kApp0 && segment.marker <= jpeg_marker::kApp15 &&
             !is(2, kProfileHead) && !is(14, kAdobeHead)) {
    left_out_.add(name_of(segment), segment.offset);
  }
  return {};
}

Result<void> JpegFacts::take_profile(ByteSpan profile) {
  const Result<bool> room = room_.take(profile.size(), kNoOffset);
  if (!room) return room.error();
  if (*room) metadata_.icc.assign(profile.begin(), profile.end());
  return {};
}

// A text ends at its first zero, as in PNG.
Result<void> JpegFacts::take_comment(const JpegSegment& segment) {
  const std::string_view content = text_of(segment.content);
  TextEntry entry{.key = std::string(kCommentKey),
                  .language = {},
                  .translated_key = {},
                  .text = as_utf8(content.substr(0, content.find('\0')))};
  const Result<bool> room = room_.take_text(entry, segment.offset);
  if (!room) return room.error();
  if (*room) metadata_.text.push_back(std::move(entry));
  return {};
}

// JFIF 1.02, the APP0 marker: head, version (2), unit (1), densities (2 each).
void JpegFacts::take_density(ByteSpan jfif) {
  if (has_jfif_ || jfif.size() < 12) return;
  has_jfif_ = true;
  const int unit = jfif[7];
  const std::uint32_t x = load_be16(jfif, 8), y = load_be16(jfif, 10);
  if (x == 0 || y == 0 || unit > 2 || (unit == 0 && x == y)) return;
  PngChunk size{"pHYs", {}};
  append_be32(size.content, unit == 0 ? x : per_metre(x, unit));
  append_be32(size.content, unit == 0 ? y : per_metre(y, unit));
  size.content.push_back(unit == 0 ? 0 : 1);
  metadata_.display.push_back(std::move(size));
}

void JpegFacts::take_pictures(const JpegSegment& segment) {
  const auto tiff = TiffReader::open(segment.content.subspan(kMpfHead.size()));
  const std::uint64_t entry = tiff ? tiff->first_directory_entry(kNumberOfImages) : 0;
  if (entry == 0 || pictures_ > 1) return;
  pictures_ = std::max<std::uint32_t>(1, tiff->number(entry + 8, 4));
  pictures_offset_ = segment.offset;
}

}  // namespace vaecomp
