// Lengths are checked before they are believed.
#include "tools/image_io/jpeg_walk.h"

#include <algorithm>
#include <cstring>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

// Where the next 0xFF is, or the end.
std::size_t find_ff(ByteSpan file, std::size_t at) {
  if (at >= file.size()) return file.size();
  const void* found = std::memchr(file.data() + at, 0xFF, file.size() - at);
  return found == nullptr ? file.size() : static_cast<const std::uint8_t*>(found) - file.data();
}

// Where the coded data that begin at `at` end: at the 0xFF of a marker that is no restart marker.
std::size_t end_of_scan(ByteSpan file, std::size_t at) {
  while (true) {
    const std::size_t marker = find_ff(file, at);
    std::size_t next = marker;
    while (next < file.size() && file[next] == 0xFF) ++next;
    if (next >= file.size()) return file.size();
    if (file[next] != 0 && restart_number(file[next]) < 0) return marker;
    at = next + 1;
  }
}

// Markers that no length follows, out of place where a segment should begin.
bool stands_alone(std::uint8_t marker) {
  return marker <= 1 || restart_number(marker) >= 0 || marker == jpeg_marker::kSoi;
}

}  // namespace

std::optional<JpegSegment> JpegWalk::next() {
  while (!ended_) {
    std::size_t at = find_ff(file_, at_);
    while (at + 1 < file_.size() && file_[at + 1] == 0xFF) ++at;
    if (at + 1 >= file_.size()) break;
    JpegSegment segment{.marker = file_[at + 1], .offset = at, .content = {}, .scan = {}};
    at += 2;
    if (segment.marker == jpeg_marker::kEoi) {
      ended_ = true;
      at_ = at;
      break;
    }
    if (stands_alone(segment.marker)) {
      at_ = at;
      continue;
    }
    if (at + 2 > file_.size()) break;
    const std::size_t length = std::max<std::size_t>(load_be16(file_, at), 2);
    const std::size_t end = std::min(at + length, file_.size());
    segment.content = file_.subspan(at + 2, end - at - 2);
    at_ = end;
    if (segment.marker == jpeg_marker::kSos) {
      at_ = end_of_scan(file_, end);
      segment.scan = file_.subspan(end, at_ - end);
    }
    return segment;
  }
  if (!ended_) at_ = file_.size();
  return std::nullopt;
}

}  // namespace vaecomp
