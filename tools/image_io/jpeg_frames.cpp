// Motion photos are known by their XMP, or by Samsung's trailer.
#include "tools/image_io/jpeg_frames.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "tools/image_io/damage.h"
#include "tools/image_io/motion_xmp.h"

namespace vaecomp {
namespace {

bool contains(ByteSpan bytes, std::string_view text) {
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

bool begins_at(ByteSpan bytes, std::size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

bool is_video(ByteSpan rest) {
  return begins_at(rest, 4, "ftyp") || contains(rest, "MotionPhoto_Data");
}

}  // namespace

void tell_jpeg_frames(ByteSpan file, std::size_t end, JpegFacts& facts, Remarks* remarks) {
  const ByteSpan rest = file.subspan(end);
  if (is_padding(rest)) return;
  Bytes& xmp = facts.metadata().xmp;
  const bool announced = announces_video(xmp), gain_map = announces_gain_map(xmp);
  const bool video = announced || is_video(rest);
  const bool other_picture = begins_at(rest, 0, "\xFF\xD8\xFF");
  if (!video && facts.pictures() <= 1 && !other_picture) {
    return note_trailing_bytes(file, end, remarks);
  }
  std::string text;
  if (facts.pictures() > 1) {
    text = "a file of " + std::to_string(facts.pictures()) + " pictures (MPO)" +
           (gain_map ? ", one of them a gain map" : "") + ": only the first is kept";
  } else if (other_picture && !video) {
    text = "another JPEG follows the picture: only the first is kept";
  }
  if (video) {
    text += text.empty() ? "a motion photo: " : ", and of a motion photo ";
    text += "the picture is kept, not the video in the " + std::to_string(rest.size()) +
            " bytes after it";
  }
  if ((announced || gain_map) && !forget_announcements(xmp)) {
    text += "; its XMP still announces what is left out";
  }
  add_remark(remarks, {RemarkKind::kMore, text, end});
}

}  // namespace vaecomp
