// By the header, or by walking from part to part.
#include "tools/image_io/picture_end.h"

#include "tools/image_io/file_kind.h"
#include "tools/image_io/jpeg_walk.h"
#include "tools/image_io/png_walk.h"
#include "tools/image_io/pnm_head.h"

namespace vaecomp {
namespace {

std::optional<std::uint64_t> end_of_pnm(ByteSpan beginning) {
  const Result<PnmHead> head = read_pnm_head(beginning, 0, {.max_pixels = ~std::uint64_t{0}});
  if (!head || head->is_text()) return std::nullopt;
  return head->samples + std::uint64_t{head->binary_bytes()};
}

std::optional<std::uint64_t> end_of_png(ByteSpan beginning) {
  PngWalk walk(beginning);
  while (const std::optional<FoundChunk> chunk = walk.next())
    if (chunk->type == "IEND" && !chunk->cut) return walk.position();
  return std::nullopt;
}

std::optional<std::uint64_t> end_of_jpeg(ByteSpan beginning) {
  JpegWalk walk(beginning);
  while (walk.next()) {
  }
  return walk.ended() ? std::optional<std::uint64_t>(walk.position()) : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> picture_end(ByteSpan beginning) {
  switch (identify(beginning)) {
    case FileKind::kPnm:
      return end_of_pnm(beginning);
    case FileKind::kPng:
      return end_of_png(beginning);
    case FileKind::kJpeg:
      return end_of_jpeg(beginning);
    default:
      return std::nullopt;
  }
}

}  // namespace vaecomp
