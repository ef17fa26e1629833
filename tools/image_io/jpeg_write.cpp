// Writes JPEG files with libjpeg-turbo.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/jpeg_guard.h"
#include "tools/image_io/jpeg_segments.h"

namespace vaecomp {
namespace {

constexpr int kFullColourQuality = 90;  // from here on colour is not subsampled

constexpr std::size_t kMaxProfile = 255 * 65519;  // segments by bytes of a profile in one

struct Segment {
  int marker = 0;
  Bytes content;
};

struct WriteState {
  JpegErrors errors;
  jpeg_compress_struct jpeg = {};
  ImageView image;
  int quality = kDefaultJpegQuality;
  const std::vector<Segment>* segments = nullptr;
  std::uint8_t* row = nullptr;   // room for one
  unsigned char* out = nullptr;  // malloc's, by jpeg_mem_dest
  unsigned long out_size = 0;

  WriteState() = default;
  WriteState(const WriteState&) = delete;
  WriteState& operator=(const WriteState&) = delete;
  ~WriteState() {
    jpeg_destroy_compress(&jpeg);
    std::free(out);
  }
};

void set_parameters(jpeg_compress_struct& jpeg, ImageView image, int quality) {
  jpeg.image_width = image.width;
  jpeg.image_height = image.height;
  jpeg.input_components = image.channels;
  jpeg.in_color_space = image.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  if (quality >= kFullColourQuality) {
    jpeg.comp_info[0].h_samp_factor = 1;
    jpeg.comp_info[0].v_samp_factor = 1;
  }
}

void write_all(WriteState& state) {
  jpeg_compress_struct& jpeg = state.jpeg;
  const ImageView& image = state.image;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &state.out, &state.out_size);
  set_parameters(jpeg, image, state.quality);
  jpeg_start_compress(&jpeg, TRUE);
  for (const Segment& segment : *state.segments) {
    jpeg_write_marker(&jpeg, segment.marker, segment.content.data(),
                      static_cast<unsigned>(segment.content.size()));
  }
  if (image.metadata != nullptr && !image.metadata->icc.empty()) {
    jpeg_write_icc_profile(&jpeg, image.metadata->icc.data(),
                           static_cast<unsigned>(image.metadata->icc.size()));
  }
  const std::size_t row_size = static_cast<std::size_t>(image.width) * image.channels;
  for (int y = 0; y < image.height; ++y) {
    for (std::size_t i = 0; i < row_size; ++i) {
      state.row[i] = image.depth() == 16 ? to_8_bit(image.samples16[y * row_size + i])
                                         : image.samples[y * row_size + i];
    }
    jpeg_write_scanlines(&jpeg, &state.row, 1);
  }
  jpeg_finish_compress(&jpeg);
}

Bytes joined(std::string_view head, ByteSpan content) {
  Bytes out(head.begin(), head.end());
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Result<std::vector<Segment>> segments_of(const Metadata& metadata) {
  std::vector<Segment> segments;
  if (!metadata.exif.empty()) {
    segments.push_back({JPEG_APP0 + 1, joined(kExifHead, metadata.exif)});
  }
  if (!metadata.xmp.empty()) {
    segments.push_back({JPEG_APP0 + 1, joined(kXmpHead, metadata.xmp)});
  }
  for (const Segment& segment : segments) {
    if (segment.content.size() > kMaxSegment) {
      return Error{ErrorCode::kInvalidArgument,
                   "EXIF or XMP of " + std::to_string(segment.content.size()) +
                       " bytes is too large for a JPEG: use .png, or encode with --strip"};
    }
  }
  for (const TextEntry& entry : metadata.text) {
    if (entry.key != kCommentKey || entry.text.size() > kMaxSegment) continue;
    segments.push_back({JPEG_COM, Bytes(entry.text.begin(), entry.text.end())});
  }
  return segments;
}

}  // namespace

Result<Bytes> write_jpeg(ImageView image, int quality) {
  if (!image.alpha.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "a picture with transparency cannot be a JPEG: use .png or .pam"};
  }
  if (std::max(image.width, image.height) > JPEG_MAX_DIMENSION) {
    return Error{ErrorCode::kInvalidArgument,
                 "a side is longer than the 65500 pixels that a JPEG can have: use .png"};
  }
  if (image.metadata != nullptr && image.metadata->icc.size() > kMaxProfile) {
    return Error{ErrorCode::kInvalidArgument, "the ICC profile is too large for a JPEG: use .png"};
  }
  const Metadata none;
  const Result<std::vector<Segment>> segments =
      segments_of(image.metadata == nullptr ? none : *image.metadata);
  if (!segments) return segments.error();
  Bytes row(static_cast<std::size_t>(image.width) * image.channels);
  WriteState state;
  state.image = image;
  state.quality = quality;
  state.segments = &*segments;
  state.row = row.data();
  start_jpeg_errors(state.errors);
  state.jpeg.err = &state.errors.base;
  if (!guarded_jpeg(write_all, state)) {
    const bool memory = state.errors.code == JERR_OUT_OF_MEMORY;
    return Error{memory ? ErrorCode::kMemory : ErrorCode::kInternal,
                 std::string("writing JPEG: ") + state.errors.text};
  }
  return Bytes(state.out, state.out + state.out_size);
}

}  // namespace vaecomp
