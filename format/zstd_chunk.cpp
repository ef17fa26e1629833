// Compressing and decompressing with a known size.
#include "format/zstd_chunk.h"

#include <zstd.h>

#include <new>
#include <string>

#include "format/out_of_memory.h"

namespace vaecomp {
namespace {

// A block gives at most 128 KiB and takes at least 4 bytes: three of head and the byte it repeats
// (RFC 8878, 3.1.1.2). Hence a short file cannot ask for much memory.
constexpr std::uint64_t kMaxBlockSize = 128 * 1024;
constexpr std::uint64_t kMinBlockBytes = 4;

Error corrupt(std::string text) { return Error{ErrorCode::kCorrupt, std::move(text)}; }

std::uint8_t* start_of(Bytes& bytes) { return bytes.data(); }
std::uint8_t* start_of(const std::shared_ptr<std::uint8_t[]>& bytes) { return bytes.get(); }

// Into what take(size) gives once the frame is found able to fill it.
template <typename Data, typename Take>
Result<Data> decompress(ByteSpan frame, std::uint64_t size, const Take& take) try {
  // libzstd reads on through following frames; only one is allowed here.
  const std::size_t frame_size = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  if (ZSTD_isError(frame_size)) return corrupt("not a zstd frame, or a cut one");
  if (frame_size != frame.size()) return corrupt("bytes after the zstd frame");
  if (size > frame.size() / kMinBlockBytes * kMaxBlockSize) {
    return corrupt("a zstd frame of " + std::to_string(frame.size()) + " bytes cannot give " +
                   std::to_string(size));
  }
  Data data = take(static_cast<std::size_t>(size));
  const std::size_t given =
      ZSTD_decompress(start_of(data), static_cast<std::size_t>(size), frame.data(), frame.size());
  if (ZSTD_isError(given)) return corrupt(std::string("zstd: ") + ZSTD_getErrorName(given));
  if (given != size) {
    return corrupt("zstd frame gives " + std::to_string(given) + " bytes, not " +
                   std::to_string(size));
  }
  return data;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

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
  return out_of_memory();
}

Result<Bytes> decompress_chunk(ByteSpan frame, std::uint64_t size) {
  return decompress<Bytes>(frame, size, [](std::size_t count) { return Bytes(count); });
}

Result<std::shared_ptr<std::uint8_t[]>> decompress_shared(ByteSpan frame, std::uint64_t size) {
  // Without zeros first: this is for many megabytes, when a program starts.
  return decompress<std::shared_ptr<std::uint8_t[]>>(frame, size, [](std::size_t count) {
    return std::make_shared_for_overwrite<std::uint8_t[]>(count);
  });
}

std::string zstd_version() { return ZSTD_versionString(); }

}  // namespace vaecomp
