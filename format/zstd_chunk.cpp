// Compressing and decompressing with a known size.
#include "format/zstd_chunk.h"

#include <zstd.h>

#include <new>
#include <string>

namespace vaecomp {
namespace {

// A block gives at most 128 KiB and takes at least 4 bytes: three of head and the byte it repeats
// (RFC 8878, 3.1.1.2). Hence a short file cannot ask for much memory.
constexpr std::uint64_t kMaxBlockSize = 128 * 1024;
constexpr std::uint64_t kMinBlockBytes = 4;

Error corrupt(std::string text) { return Error{ErrorCode::kCorrupt, std::move(text)}; }

}  // namespace

Result<Bytes> compress_chunk(ByteSpan data, int level) try {
  Bytes frame(ZSTD_compressBound(data.size()));
  const std::size_t size =
      ZSTD_compress(frame.data(), frame.size(), data.data(), data.size(), level);
  // The room suffices for any data, so what is left to fail is zstd's own allocation.
  if (ZSTD_isError(size)) {
    return Error{ErrorCode::kMemory, std::string("zstd: ") + ZSTD_getErrorName(size)};
  }
  frame.resize(size);
  return frame;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::kMemory,
               "no memory to compress " + std::to_string(data.size()) + " bytes"};
}

Result<Bytes> decompress_chunk(ByteSpan frame, std::uint64_t size) try {
  // libzstd reads on through following frames; only one is allowed here.
  const std::size_t frame_size = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  if (ZSTD_isError(frame_size)) return corrupt("not a zstd frame, or a cut one");
  if (frame_size != frame.size()) return corrupt("bytes after the zstd frame");
  if (size > frame.size() / kMinBlockBytes * kMaxBlockSize) {
    return corrupt("a zstd frame of " + std::to_string(frame.size()) + " bytes cannot give " +
                   std::to_string(size));
  }
  Bytes data(static_cast<std::size_t>(size));
  const std::size_t given = ZSTD_decompress(data.data(), data.size(), frame.data(), frame.size());
  if (ZSTD_isError(given)) return corrupt(std::string("zstd: ") + ZSTD_getErrorName(given));
  if (given != size) {
    return corrupt("zstd frame gives " + std::to_string(given) + " bytes, not " +
                   std::to_string(size));
  }
  return data;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::kMemory, "no memory for " + std::to_string(size) + " bytes"};
}

std::string zstd_version() { return ZSTD_versionString(); }

}  // namespace vaecomp
