// Reads PNG files with libpng.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tools/image_io/picture_size.h"
#include "tools/image_io/png.h"
#include "tools/image_io/png_guard.h"
#include "tools/image_io/png_metadata.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

constexpr std::size_t kSizeOffset = 16;  // of width and height in IHDR
constexpr std::size_t kHeaderEnd = 33;   // signature and IHDR

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct ReadState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  std::size_t position = 0;
  png_bytepp rows = nullptr;
  PngFailure failure;

  ReadState() = default;
  ReadState(const ReadState&) = delete;
  ReadState& operator=(const ReadState&) = delete;
  ~ReadState() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read_bytes(png_structp png, png_bytep to, png_size_t count) {
  auto* state = static_cast<ReadState*>(png_get_io_ptr(png));
  if (count > state->size - state->position) {
    state->position = state->size;
    state->failure.end_of_data = true;
    png_error(png, "the file ends early");
  }
  std::memcpy(to, state->data + state->position, count);
  state->position += count;
}

void read_head(ReadState& state) {
  // Damage is reported wherever it is, also in chunks that are not used.
  png_set_crc_action(state.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  // Known to libpng, but wanted byte for byte, and nothing of them is to be applied here.
  static constexpr png_byte kKept[] = "cHRM\0gAMA\0sRGB\0cICP\0mDCV\0cLLI\0pHYs\0iCCP\0eXIf";
  png_set_keep_unknown_chunks(state.png, PNG_HANDLE_CHUNK_ALWAYS, kKept, sizeof kKept / 5);
  png_set_chunk_malloc_max(state.png, kMaxMetadata);
  png_read_info(state.png, state.info);
}

void set_transforms(ReadState& state) {
  png_set_expand(state.png);  // palette to RGB, small grey to 8 bits, tRNS to alpha
  png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
}

void read_samples(ReadState& state) {
  png_read_image(state.png, state.rows);
  png_read_end(state.png, state.info);  // texts may follow the samples
}

Error failure_of(const ReadState& state) {
  const bool ended = state.failure.end_of_data;
  return {ended ? ErrorCode::kTruncated : ErrorCode::kCorrupt,
          (ended ? "" : "broken PNG: ") + std::string(state.failure.text), state.position};
}

std::uint32_t read_u32(ByteSpan file, std::size_t at) {
  return std::uint32_t{file[at]} << 24 | std::uint32_t{file[at + 1]} << 16 |
         std::uint32_t{file[at + 2]} << 8 | std::uint32_t{file[at + 3]};
}

// IHDR is read here first, because libpng reports a size beyond its limits as a broken file.
std::optional<Error> check_header(ByteSpan file, const Limits& limits) {
  constexpr std::array<std::uint8_t, 8> kIhdr{0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  if (file.size() < kHeaderEnd) {
    return Error{ErrorCode::kTruncated, "the file ends early", file.size()};
  }
  if (!std::equal(kIhdr.begin(), kIhdr.end(), file.begin() + 8)) {
    return Error{ErrorCode::kCorrupt, "broken PNG: the first chunk is not IHDR", 8};
  }
  const std::uint32_t width = read_u32(file, kSizeOffset);
  const std::uint32_t height = read_u32(file, kSizeOffset + 4);
  if (auto error = check_picture_size(width, height, limits, kSizeOffset)) return error;
  return std::nullopt;
}

// Texts, profile, EXIF and the chunks on display, as libpng has kept them.
Result<Metadata> metadata_of(const ReadState& state) {
  Metadata metadata;
  png_unknown_chunkp chunks = nullptr;
  const int chunk_count = png_get_unknown_chunks(state.png, state.info, &chunks);
  for (int i = 0; i < chunk_count; ++i) {
    const std::string_view type(reinterpret_cast<const char*>(chunks[i].name), 4);
    if (auto done = add_png_chunk(type, {chunks[i].data, chunks[i].size}, metadata); !done) {
      return done.error();
    }
  }
  const auto text_of = [](const char* text) { return std::string_view(text ? text : ""); };
  png_textp texts = nullptr;
  const int text_count = png_get_text(state.png, state.info, &texts, nullptr);
  for (int i = 0; i < text_count; ++i) {
    const png_text& text = texts[i];
    const bool international = text.compression >= PNG_ITXT_COMPRESSION_NONE;
    add_png_text(text_of(text.key), text_of(text.lang), text_of(text.lang_key), text_of(text.text),
                 international, metadata);
  }
  return metadata;
}

}  // namespace

Result<Image> read_png(ByteSpan file, const ReadOptions& options,
                       [[maybe_unused]] Remarks* remarks) {
  if (auto error = check_header(file, options.limits)) return *std::move(error);

  ReadState state;
  state.data = file.data();
  state.size = file.size();
  state.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &state.failure, on_png_error, on_png_warning);
  if (state.png != nullptr) state.info = png_create_info_struct(state.png);
  if (state.info == nullptr) return Error{ErrorCode::kMemory, "libpng cannot be started"};
  png_set_read_fn(state.png, &state, read_bytes);
  png_set_user_limits(state.png, options.limits.max_side, options.limits.max_side);

  if (!guarded(state.png, read_head, state)) return failure_of(state);
  if (!guarded(state.png, set_transforms, state)) return failure_of(state);

  const int channels = png_get_channels(state.png, state.info);
  const SampleLayout layout{.width = static_cast<int>(png_get_image_width(state.png, state.info)),
                            .height = static_cast<int>(png_get_image_height(state.png, state.info)),
                            .channels = channels >= 3 ? 3 : 1,
                            .alpha = channels % 2 == 0,
                            .maxval = png_get_bit_depth(state.png, state.info) == 16 ? 65535 : 255};
  if (png_get_rowbytes(state.png, state.info) != layout.row_bytes()) {
    return Error{ErrorCode::kInternal, "libpng gives rows of an unexpected size"};
  }
  Bytes samples(layout.total_bytes());
  std::vector<png_bytep> rows(layout.height);
  for (int y = 0; y < layout.height; ++y) rows[y] = samples.data() + layout.row_bytes() * y;
  state.rows = rows.data();
  if (!guarded(state.png, read_samples, state)) return failure_of(state);

  Result<Metadata> metadata = metadata_of(state);
  if (!metadata) return metadata.error();
  Result<Image> image = unpack_samples(layout, std::move(samples));
  if (!image) return image.error();
  image->metadata = *std::move(metadata);
  return image;
}

}  // namespace vaecomp
