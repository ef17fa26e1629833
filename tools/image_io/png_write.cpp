// Writes PNG files with libpng.
#include <zlib.h>

#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tools/image_io/png.h"
#include "tools/image_io/png_guard.h"
#include "tools/image_io/png_metadata.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

// How zlib is driven. Decoded photos have hardly a sequence of bytes twice: looking for some takes
// most of the time and gains nothing over runs of one byte, which zlib codes twice as fast.
struct Deflate {
  int level = 1;     // of zlib
  bool runs = true;  // look for runs only
};

Deflate deflate_of(int png_level) { return {png_level, png_level == 1}; }

constexpr Deflate kFast{1, true}, kForDrawings{5, false};

// Whether so few bytes for the samples mean a drawing: that is where sequences come again.
bool is_drawing(std::size_t compressed, const SampleLayout& layout) {
  constexpr std::size_t kShare = 3;
  return compressed < layout.total_bytes() / kShare;
}

struct WriteState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ImageView image;
  SampleLayout layout;
  Deflate deflate;
  const std::vector<PngChunk>* chunks = nullptr;
  png_bytep row = nullptr;  // room for one
  Bytes* out = nullptr;
  PngFailure failure;

  WriteState() = default;
  WriteState(const WriteState&) = delete;
  WriteState& operator=(const WriteState&) = delete;
  ~WriteState() { png_destroy_write_struct(&png, &info); }
};

// An exception must not pass through libpng's C frames, nor a jump out of the handler.
bool append(Bytes& out, png_bytep data, png_size_t count) {
  try {
    out.insert(out.end(), data, data + count);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void write_bytes(png_structp png, png_bytep data, png_size_t count) {
  auto* state = static_cast<WriteState*>(png_get_io_ptr(png));
  if (!append(*state->out, data, count)) {
    state->failure.end_of_data = true;
    png_error(png, "out of memory");
  }
}

void flush_nothing(png_structp) {}

int colour_type(const SampleLayout& layout) {
  return (layout.channels == 3 ? PNG_COLOR_MASK_COLOR : 0) |
         (layout.alpha ? PNG_COLOR_MASK_ALPHA : 0);
}

void write_all(WriteState& state) {
  const SampleLayout& layout = state.layout;
  png_set_compression_level(state.png, state.deflate.level);
  if (state.deflate.level == 0) png_set_filter(state.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  if (state.deflate.runs) png_set_compression_strategy(state.png, Z_RLE);
  png_set_IHDR(state.png, state.info, layout.width, layout.height, 8 * layout.sample_bytes(),
               colour_type(layout), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(state.png, state.info);
  for (const PngChunk& chunk : *state.chunks) {
    png_write_chunk(state.png, reinterpret_cast<png_const_bytep>(chunk.type.c_str()),
                    chunk.content.data(), chunk.content.size());
  }
  for (int y = 0; y < layout.height; ++y) {
    pack_row(state.image, layout, y, state.row);
    png_write_row(state.png, state.row);
  }
  png_write_end(state.png, nullptr);
}

Result<Bytes> compressed(ImageView image, const std::vector<PngChunk>& chunks, Deflate deflate) {
  const SampleLayout layout = layout_of(image);
  Bytes out, row(layout.row_bytes());
  WriteState state;
  state.image = image;
  state.layout = layout;
  state.deflate = deflate;
  state.chunks = &chunks;
  state.row = row.data();
  state.out = &out;
  state.png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &state.failure, on_png_error, on_png_warning);
  if (state.png != nullptr) state.info = png_create_info_struct(state.png);
  if (state.info == nullptr) return Error{ErrorCode::kMemory, "libpng cannot be started"};
  png_set_write_fn(state.png, &state, write_bytes, flush_nothing);
  png_set_user_limits(state.png, kMaxSide, kMaxSide);
  if (!guarded(state.png, write_all, state)) {
    return Error{state.failure.end_of_data ? ErrorCode::kMemory : ErrorCode::kInternal,
                 "writing PNG: " + std::string(state.failure.text)};
  }
  return out;
}

}  // namespace

Result<Bytes> write_png(ImageView image, const PictureWriteOptions& options, Remarks* remarks) {
  const SampleLayout layout = layout_of(image);
  const Metadata none;
  LeftOut left_out;
  const Result<std::vector<PngChunk>> chunks =
      png_chunks(image.metadata == nullptr ? none : *image.metadata, layout, left_out);
  if (!chunks) return chunks.error();
  left_out.tell(remarks);
  if (options.png_level) return compressed(image, *chunks, deflate_of(*options.png_level));
  Result<Bytes> file = compressed(image, *chunks, kFast);
  if (!file) return file;
  std::size_t metadata_bytes = 0;
  for (const PngChunk& chunk : *chunks) metadata_bytes += chunk.content.size();
  if (!is_drawing(file->size() - metadata_bytes, layout)) return file;
  Result<Bytes> smaller = compressed(image, *chunks, kForDrawings);
  return smaller && smaller->size() < file->size() ? std::move(smaller) : std::move(file);
}

}  // namespace vaecomp
