// A JPEG file as the sequence of its marker segments (ITU-T T.81, annex B), whatever state it is
// in.
#pragma once

#include <optional>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

namespace jpeg_marker {
inline constexpr std::uint8_t kDht = 0xC4, kDac = 0xCC, kRst0 = 0xD0, kRst7 = 0xD7, kSoi = 0xD8,
                              kEoi = 0xD9, kSos = 0xDA, kDqt = 0xDB, kDri = 0xDD, kApp0 = 0xE0,
                              kApp15 = 0xEF, kCom = 0xFE;
}

struct JpegSegment {
  std::uint8_t marker = 0;  // its second byte
  std::size_t offset = 0;   // of the marker's 0xFF, in the file
  ByteSpan content;         // behind the length, as far as it is there
  ByteSpan scan;            // of SOS: the coded data up to the next marker that is no restart
};

class JpegWalk {
 public:
  // Borrows the file. Precondition: it begins with SOI.
  explicit JpegWalk(ByteSpan file) : file_(file) {}

  // The next segment; nothing at EOI or the file's end. Bytes that belong to no segment are passed
  // over, as libjpeg does.
  std::optional<JpegSegment> next();

  // Whether EOI was met, and where the walk stands: behind it, or behind the last segment.
  bool ended() const { return ended_; }
  std::size_t position() const { return at_; }

 private:
  ByteSpan file_;
  std::size_t at_ = 2;
  bool ended_ = false;
};

// The number of the restart marker, 0 .. 7, or -1 for another marker.
constexpr int restart_number(std::uint8_t marker) {
  return marker >= jpeg_marker::kRst0 && marker <= jpeg_marker::kRst7 ? marker - jpeg_marker::kRst0
                                                                      : -1;
}

}  // namespace vaecomp
