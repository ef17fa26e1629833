// Writes PNG files with libpng.
#include <new>
#include <string>

#include "tools/image_io/png.h"
#include "tools/image_io/png_guard.h"

namespace vaecomp {
namespace {

// zlib level: on decoded photos 3 takes under half the time of the default, 6, and gives 4 % fewer
// bytes.
constexpr int kCompressionLevel = 3;

struct WriteState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ImageView image;
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

void write_all(WriteState& state) {
  const ImageView& image = state.image;
  png_set_compression_level(state.png, kCompressionLevel);
  png_set_IHDR(state.png, state.info, image.width, image.height, 8,
               image.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(state.png, state.info);
  const std::size_t row_bytes = static_cast<std::size_t>(image.width) * image.channels;
  for (int y = 0; y < image.height; ++y) {
    png_write_row(state.png, image.samples.data() + row_bytes * y);
  }
  png_write_end(state.png, nullptr);
}

}  // namespace

Result<Bytes> write_png(ImageView image) {
  Bytes out;
  WriteState state;
  state.image = image;
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

}  // namespace vaecomp
