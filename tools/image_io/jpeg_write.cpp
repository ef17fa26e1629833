// Writes JPEG files with libjpeg-turbo.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "tools/image_io/colour_facts.h"
#include "tools/image_io/colour_profile.h"
#include "tools/image_io/jfif_density.h"
#include "tools/image_io/jpeg.h"
#include "tools/image_io/jpeg_guard.h"
#include "tools/image_io/jpeg_segments.h"
#include "tools/image_io/left_out.h"
#include "tools/image_io/no_place.h"

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
  std::optional<JfifDensity> density;
  ByteSpan profile;
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
  if (state.density) {
    jpeg.density_unit = state.density->unit;
    jpeg.X_density = state.density->x;
    jpeg.Y_density = state.density->y;
  }
  jpeg_start_compress(&jpeg, TRUE);
  for (const Segment& segment : *state.segments) {
    jpeg_write_marker(&jpeg, segment.marker, segment.content.data(),
                      static_cast<unsigned>(segment.content.size()));
  }
  if (!state.profile.empty()) {
    jpeg_write_icc_profile(&jpeg, state.profile.data(),
                           static_cast<unsigned>(state.profile.size()));
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

bool is_kept(const TextEntry& entry) {
  return entry.key == kCommentKey && entry.text.size() <= kMaxSegment;
}

// All of a picture's metadata but the profile and the density.
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
  const std::size_t room = kMaxSegment - kPhotoshopHead.size();
  for (ByteSpan rest = metadata.iptc; !rest.empty();
       rest = rest.subspan(std::min(room, rest.size())))
    segments.push_back(
        {JPEG_APP0 + 13, joined(kPhotoshopHead, rest.first(std::min(room, rest.size())))});
  for (const TextEntry& entry : metadata.text) {
    if (is_kept(entry)) segments.push_back({JPEG_COM, Bytes(entry.text.begin(), entry.text.end())});
  }
  return segments;
}

std::optional<JfifDensity> density_of(const Metadata& metadata) {
  for (const PngChunk& chunk : metadata.display)
    if (chunk.type == kDensityChunk) return jfif_density(chunk.content);
  return std::nullopt;
}

// Tells what of the metadata is not in the file.
void tell_what_is_missing(const Metadata& metadata, const ColourMeaning& colours,
                          bool density_is_kept, Remarks* remarks) {
  if (!colours.has_profile) add_remark(remarks, unsaid_colours(colours.name, "JPEG"));
  LeftOut left_out;
  if (!metadata.icc.empty() && colours.profile != metadata.icc)
    left_out.add("an ICC profile that cICP overrides", kNoOffset);
  if (!std::all_of(metadata.text.begin(), metadata.text.end(), is_kept))
    left_out.add("texts but comments", kNoOffset);
  for (const PngChunk& chunk : metadata.display) {
    if (is_about_colours(chunk)) continue;
    if (chunk.type != kDensityChunk || !density_is_kept) left_out.add(kind_of(chunk), kNoOffset);
  }
  left_out.tell(remarks);
}

}  // namespace

Result<Bytes> write_jpeg(ImageView image, const PictureWriteOptions& options, Remarks* remarks) {
  if (!image.alpha.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "a picture with transparency cannot be a JPEG: use .png or .pam"};
  }
  if (std::max(image.width, image.height) > JPEG_MAX_DIMENSION) {
    return Error{ErrorCode::kInvalidArgument,
                 "a side is longer than the 65500 pixels that a JPEG can have: use .png"};
  }
  const Metadata none;
  const Metadata& metadata = image.metadata == nullptr ? none : *image.metadata;
  const ColourMeaning colours = colour_meaning(metadata, image.channels);
  if (colours.profile.size() > kMaxProfile) {
    return Error{ErrorCode::kInvalidArgument, "the ICC profile is too large for a JPEG: use .png"};
  }
  const Result<std::vector<Segment>> segments = segments_of(metadata);
  if (!segments) return segments.error();
  Bytes row(static_cast<std::size_t>(image.width) * image.channels);
  WriteState state;
  state.image = image;
  state.quality = options.jpeg_quality;
  state.density = density_of(metadata);
  state.profile = colours.profile;
  state.segments = &*segments;
  state.row = row.data();
  start_jpeg_errors(state.errors);
  state.jpeg.err = &state.errors.base;
  if (!guarded_jpeg(write_all, state)) {
    const bool memory = state.errors.code == JERR_OUT_OF_MEMORY;
    return Error{memory ? ErrorCode::kMemory : ErrorCode::kInternal,
                 std::string("writing JPEG: ") + state.errors.text};
  }
  tell_what_is_missing(metadata, colours, state.density.has_value(), remarks);
  return Bytes(state.out, state.out + state.out_size);
}

}  // namespace vaecomp
