// Through zlib, into room that grows.
#include "tools/image_io/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace vaecomp {
namespace {

constexpr std::size_t kFirstRoom = 1 << 14;

struct Inflater {
  z_stream stream = {};

  ~Inflater() { inflateEnd(&stream); }
};

}  // namespace

Result<Bytes> inflated(ByteSpan stream, std::size_t max_size) {
  if (stream.size() > UINT32_MAX) return Error{ErrorCode::kLimit, "is too large"};
  Inflater inflater;
  z_stream& z = inflater.stream;
  if (inflateInit(&z) != Z_OK) return Error{ErrorCode::kMemory, "no memory for zlib"};
  z.next_in = const_cast<Bytef*>(stream.data());  // zlib's interface is older than const
  z.avail_in = static_cast<uInt>(stream.size());
  Bytes out;
  while (true) {
    const std::size_t done = out.size();
    // One byte more than is allowed shows that there is more.
    const std::size_t room = std::min(std::max(kFirstRoom, done), max_size + 1 - done);
    out.resize(done + room);
    z.next_out = out.data() + done;
    z.avail_out = static_cast<uInt>(room);
    const int status = inflate(&z, Z_NO_FLUSH);
    out.resize(done + room - z.avail_out);
    if (out.size() > max_size) return Error{ErrorCode::kLimit, "is too large"};
    if (status == Z_STREAM_END) return out;
    if (status == Z_MEM_ERROR) return Error{ErrorCode::kMemory, "no memory for zlib"};
    if (status != Z_OK && status != Z_BUF_ERROR) return Error{ErrorCode::kCorrupt, "is damaged"};
    if (z.avail_out != 0) return Error{ErrorCode::kTruncated, "ends early"};
  }
}

}  // namespace vaecomp
