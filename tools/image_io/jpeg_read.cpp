// Reads JPEG files with libjpeg-turbo.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/jpeg_guard.h"
#include "tools/image_io/jpeg_segments.h"
#include "tools/image_io/latin1.h"
#include "tools/image_io/picture_size.h"

namespace vaecomp {
namespace {

// A small progressive file can ask for very many passes over the whole picture.
constexpr int kMaxScans = 500;

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct ReadState {
  JpegErrors errors;
  jpeg_progress_mgr progress = {};
  jpeg_decompress_struct jpeg = {};
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  JOCTET* profile = nullptr;  // malloc's, by jpeg_read_icc_profile
  unsigned profile_size = 0;
  std::uint8_t* samples = nullptr;
  std::size_t row_bytes = 0;

  ReadState() = default;
  ReadState(const ReadState&) = delete;
  ReadState& operator=(const ReadState&) = delete;
  ~ReadState() {
    std::free(profile);
    jpeg_destroy_decompress(&jpeg);
  }
};

void check_scans(j_common_ptr jpeg) {
  if (!jpeg->is_decompressor) return;
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(jpeg);
  if (decompress->input_scan_number > kMaxScans) ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

void read_head(ReadState& state) {
  jpeg_decompress_struct& jpeg = state.jpeg;
  jpeg_create_decompress(&jpeg);
  state.progress.progress_monitor = check_scans;
  jpeg.progress = &state.progress;
  jpeg_mem_src(&jpeg, state.data, state.size);
  for (const int marker : {JPEG_APP0 + 1, JPEG_APP0 + 2, JPEG_COM}) {
    jpeg_save_markers(&jpeg, marker, 0xFFFF);
  }
  jpeg_read_header(&jpeg, TRUE);
  jpeg_read_icc_profile(&jpeg, &state.profile, &state.profile_size);
}

void read_samples(ReadState& state) {
  jpeg_decompress_struct& jpeg = state.jpeg;
  jpeg.out_color_space = jpeg.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&jpeg);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = state.samples + state.row_bytes * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
}

Error failure_of(const ReadState& state) {
  const std::size_t left = state.jpeg.src == nullptr ? 0 : state.jpeg.src->bytes_in_buffer;
  const std::size_t position = state.size - std::min(left, state.size);
  const std::string text = state.errors.text;
  switch (state.errors.code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      return {ErrorCode::kTruncated, "the file ends early", state.size};
    case JERR_OUT_OF_MEMORY:
      return {ErrorCode::kMemory, "libjpeg: " + text};
    case JERR_IMAGE_TOO_BIG:
      return {ErrorCode::kLimit, "libjpeg: " + text, position};
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
      return {ErrorCode::kUnsupportedFeature, "a kind of JPEG that is not read: " + text, position};
    default:
      return {ErrorCode::kCorrupt, "broken JPEG: " + text, position};
  }
}

std::optional<Error> check_colours(const jpeg_decompress_struct& jpeg) {
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
    case JCS_YCbCr:
    case JCS_RGB:
      return std::nullopt;
    case JCS_CMYK:
    case JCS_YCCK:
      return Error{ErrorCode::kUnsupportedFeature,
                   "a CMYK JPEG, meant for printing: convert it to RGB first"};
    default:
      return Error{ErrorCode::kUnsupportedFeature,
                   "a JPEG of " + std::to_string(jpeg.num_components) +
                       " components: only grey and colour are read"};
  }
}

Metadata metadata_of(const ReadState& state) {
  Metadata metadata;
  if (state.profile != nullptr) {
    metadata.icc.assign(state.profile, state.profile + state.profile_size);
  }
  for (const jpeg_marker_struct* marker = state.jpeg.marker_list; marker != nullptr;
       marker = marker->next) {
    const std::string_view content(reinterpret_cast<const char*>(marker->data),
                                   marker->data_length);
    const auto take = [&content](std::string_view head, Bytes& to) {
      if (!content.starts_with(head) || !to.empty()) return;
      const std::string_view rest = content.substr(head.size());
      to.assign(rest.begin(), rest.end());
    };
    if (marker->marker == JPEG_APP0 + 1) {
      take(kExifHead, metadata.exif);
      take(kXmpHead, metadata.xmp);
    } else if (marker->marker == JPEG_COM) {
      // A text ends at its first zero, as in PNG.
      metadata.text.push_back({.key = std::string(kCommentKey),
                               .language = {},
                               .translated_key = {},
                               .text = as_utf8(content.substr(0, content.find('\0')))});
    }
  }
  return metadata;
}

}  // namespace

Result<Image> read_jpeg(ByteSpan file, const ReadOptions& options,
                        [[maybe_unused]] Remarks* remarks) {
  ReadState state;
  state.data = file.data();
  state.size = file.size();
  start_jpeg_errors(state.errors);
  state.jpeg.err = &state.errors.base;
  if (!guarded_jpeg(read_head, state)) return failure_of(state);
  if (auto error =
          check_picture_size(state.jpeg.image_width, state.jpeg.image_height, options.limits, 0)) {
    error->offset = kNoOffset;
    return *std::move(error);
  }
  if (auto error = check_colours(state.jpeg)) return *std::move(error);

  Image image;
  image.width = static_cast<int>(state.jpeg.image_width);
  image.height = static_cast<int>(state.jpeg.image_height);
  image.channels = state.jpeg.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
  image.metadata = metadata_of(state);
  state.row_bytes = static_cast<std::size_t>(image.width) * image.channels;
  image.samples.resize(state.row_bytes * image.height);
  state.samples = image.samples.data();
  if (!guarded_jpeg(read_samples, state)) return failure_of(state);
  return image;
}

}  // namespace vaecomp
