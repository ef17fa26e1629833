// By deflate's bound, and by inflating to nowhere.
#include "tools/image_io/png_amount.h"

#include <zlib.h>

#include <algorithm>

#include "tools/image_io/png_walk.h"

namespace vaecomp {
namespace {

// Deflate makes at most so many bytes of one.
constexpr std::uint64_t kMostPerByte = 1032;

// Pictures with fewer bytes of samples are not looked at twice.
constexpr std::uint64_t kWholeBytes = 16 << 20;

// Whether the IDAT chunks, which are one zlib stream, give so many bytes.
bool gives(ByteSpan file, std::uint64_t wanted) {
  z_stream z = {};
  if (inflateInit(&z) != Z_OK) return true;  // libpng will tell
  Bytes nowhere(1 << 16);
  std::uint64_t given = 0;
  int status = Z_OK;
  PngWalk walk(file);
  while (given < wanted && status == Z_OK) {
    const std::optional<FoundChunk> chunk = walk.next();
    if (!chunk || chunk->type == "IEND") break;
    if (chunk->type != "IDAT") continue;
    z.next_in = const_cast<Bytef*>(chunk->content.data());  // zlib's interface is older than const
    z.avail_in = static_cast<uInt>(chunk->content.size());
    do {
      z.next_out = nowhere.data();
      z.avail_out = static_cast<uInt>(nowhere.size());
      status = inflate(&z, Z_NO_FLUSH);
      if (status == Z_BUF_ERROR) status = Z_OK;  // more is needed
      given += nowhere.size() - z.avail_out;
    } while (status == Z_OK && z.avail_out == 0 && given < wanted);
  }
  inflateEnd(&z);
  return given >= wanted;
}

}  // namespace

bool has_enough_data(const PngSurvey& survey, ByteSpan file, bool interlaced) {
  const PngHeader& header = survey.header;
  const std::uint64_t row_bits =
      std::uint64_t{header.width} * header.samples_per_pixel() * header.depth;
  if (survey.idat_bytes * kMostPerByte < (row_bits + 7) / 8 * header.height) return false;
  const std::uint64_t all_bytes = row_bits * header.height / 8;
  return !interlaced || all_bytes < kWholeBytes || gives(file, all_bytes);
}

}  // namespace vaecomp
