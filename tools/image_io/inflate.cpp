// Through zlib.
#include "tools/image_io/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <span>

namespace vaecomp {
namespace {

constexpr std::size_t kScratchBytes = 1 << 16;

struct Inflater {
  z_stream stream = {};

  ~Inflater() { inflateEnd(&stream); }
};

// Inflates all of `stream` into `to`, or, if that is empty, to nowhere; how many bytes it gives, at
// most one more than `max_size`.
Result<std::size_t> inflate_all(ByteSpan stream, std::size_t max_size, std::span<std::uint8_t> to) {
  Inflater inflater;
  z_stream& z = inflater.stream;
  if (inflateInit(&z) != Z_OK) return Error{ErrorCode::kMemory, "no memory for zlib"};
  z.next_in = const_cast<Bytef*>(stream.data());  // zlib's interface is older than const
  z.avail_in = static_cast<uInt>(stream.size());
  Bytes scratch(to.empty() ? kScratchBytes : 0);
  std::size_t done = 0;
  while (true) {
    const std::span<std::uint8_t> room = to.empty() ? std::span(scratch) : to.subspan(done);
    z.next_out = room.data();
    z.avail_out = static_cast<uInt>(std::min<std::size_t>(room.size(), UINT32_MAX));
    const std::size_t offered = z.avail_out;
    const int status = inflate(&z, Z_NO_FLUSH);
    done += offered - z.avail_out;
    if (done > max_size) return max_size + 1;
    if (status == Z_STREAM_END) return done;
    if (status == Z_MEM_ERROR) return Error{ErrorCode::kMemory, "no memory for zlib"};
    if (status != Z_OK && status != Z_BUF_ERROR) return Error{ErrorCode::kCorrupt, "is damaged"};
    if (z.avail_out != 0) return Error{ErrorCode::kTruncated, "ends early"};
  }
}

}  // namespace

// Counts first: what is too much takes no memory, and the rest no more than it has.
Result<Bytes> inflated(ByteSpan stream, std::size_t max_size) {
  if (stream.size() > UINT32_MAX) return Error{ErrorCode::kLimit, "is too large"};
  const Result<std::size_t> size = inflate_all(stream, max_size, {});
  if (!size) return size.error();
  if (*size > max_size) return Error{ErrorCode::kLimit, "is too large"};
  Bytes content(*size);
  if (content.empty()) return content;
  if (const auto again = inflate_all(stream, max_size, content); !again) return again.error();
  return content;
}

}  // namespace vaecomp
