// Writes JPEG files with libjpeg-turbo.
#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/out_of_memory.h"
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

constexpr std::size_t kPieceBytes = 64 << 10;  // given to the sink at a time

// Takes the file from libjpeg piece by piece. `base` comes first, because libjpeg's callbacks get a
// pointer to it.
struct Destination {
  jpeg_destination_mgr base = {};
  const ByteSink* sink = nullptr;
  std::optional<Error>* sink_error = nullptr;
  JOCTET piece[kPieceBytes] = {};
};

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct WriteState {
  JpegErrors errors;
  jpeg_compress_struct jpeg = {};
  Destination destination;
  int width = 0, height = 0, channels = 0;
  int quality = kDefaultJpegQuality;
  std::optional<JfifDensity> density;
  ByteSpan profile;
  const std::vector<Segment>* segments = nullptr;
  std::uint8_t* row = nullptr;  // the next one

  WriteState() = default;
  WriteState(const WriteState&) = delete;
  WriteState& operator=(const WriteState&) = delete;
  ~WriteState() { jpeg_destroy_compress(&jpeg); }
};

Destination& destination_of(j_compress_ptr jpeg) {
  return *reinterpret_cast<Destination*>(jpeg->dest);
}

void begin_piece(j_compress_ptr jpeg) {
  Destination& to = destination_of(jpeg);
  to.base.next_output_byte = to.piece;
  to.base.free_in_buffer = kPieceBytes;
}

// An exception must not pass through libjpeg's C frames, nor a jump out of the handler.
bool give(const Destination& from, std::size_t count) {
  try {
    const Result<void> done = (*from.sink)({from.piece, count});
    if (!done) *from.sink_error = done.error();
    return done.has_value();
  } catch (const std::exception&) {
    *from.sink_error = out_of_memory();
    return false;
  }
}

// libjpeg's callback: the piece is full.
boolean empty_piece(j_compress_ptr jpeg) {
  if (!give(destination_of(jpeg), kPieceBytes)) ERREXIT(jpeg, JERR_FILE_WRITE);
  begin_piece(jpeg);
  return TRUE;
}

void end_pieces(j_compress_ptr jpeg) {
  const Destination& from = destination_of(jpeg);
  if (!give(from, kPieceBytes - from.base.free_in_buffer)) ERREXIT(jpeg, JERR_FILE_WRITE);
}

void set_parameters(jpeg_compress_struct& jpeg, const WriteState& state) {
  jpeg.image_width = state.width;
  jpeg.image_height = state.height;
  jpeg.input_components = state.channels;
  jpeg.in_color_space = state.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, state.quality, TRUE);
  jpeg.optimize_coding = TRUE;
  if (state.quality >= kFullColourQuality) {
    jpeg.comp_info[0].h_samp_factor = 1;
    jpeg.comp_info[0].v_samp_factor = 1;
  }
}

void write_head(WriteState& state) {
  jpeg_compress_struct& jpeg = state.jpeg;
  jpeg_create_compress(&jpeg);
  state.destination.base.init_destination = begin_piece;
  state.destination.base.empty_output_buffer = empty_piece;
  state.destination.base.term_destination = end_pieces;
  jpeg.dest = &state.destination.base;
  set_parameters(jpeg, state);
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
}

void write_row(WriteState& state) { jpeg_write_scanlines(&state.jpeg, &state.row, 1); }
void write_end(WriteState& state) { jpeg_finish_compress(&state.jpeg); }

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

// Whether such a picture can be a JPEG at all.
Result<void> check_head(const PictureHead& head) {
  if (head.alpha) {
    return Error{ErrorCode::kInvalidArgument,
                 "a picture with transparency cannot be a JPEG: use .png or .pam"};
  }
  if (std::max(head.width, head.height) > JPEG_MAX_DIMENSION) {
    return Error{ErrorCode::kInvalidArgument,
                 "a side is longer than the 65500 pixels that a JPEG can have: use .png"};
  }
  return {};
}

class JpegWriter : public PictureWriter {
 public:
  JpegWriter(const PictureWriteOptions& options, ByteSink sink, Remarks* remarks)
      : sink_(std::move(sink)), remarks_(remarks) {
    state_.quality = options.jpeg_quality;
    state_.destination.sink = &sink_;
    state_.destination.sink_error = &sink_error_;
    start_jpeg_errors(state_.errors);
    state_.jpeg.err = &state_.errors.base;
  }

  Result<void> begin(const PictureHead& head) override {
    if (auto fits = check_head(head); !fits) return fits;
    ColourMeaning colours = colour_meaning(head.metadata, head.channels);
    if (colours.profile.size() > kMaxProfile) {
      return Error{ErrorCode::kInvalidArgument,
                   "the ICC profile is too large for a JPEG: use .png"};
    }
    Result<std::vector<Segment>> segments = segments_of(head.metadata);
    if (!segments) return segments.error();
    segments_ = *std::move(segments);
    row_.resize(static_cast<std::size_t>(head.width) * head.channels);
    state_.width = head.width;
    state_.height = head.height;
    state_.channels = head.channels;
    state_.density = density_of(head.metadata);
    state_.profile = colours.profile;
    state_.segments = &segments_;
    tell_what_is_missing(head.metadata, colours, state_.density.has_value(), remarks_);
    const Result<void> done = run(write_head);
    state_.profile = {};  // it was borrowed
    return done;
  }

  Result<void> take(ImageView rows) override {
    for (int y = 0; y < rows.height; ++y) {
      const std::size_t first = row_.size() * y;
      if (rows.depth() == 16) {
        std::transform(rows.samples16.begin() + first, rows.samples16.begin() + first + row_.size(),
                       row_.begin(), to_8_bit);
      } else {
        std::copy_n(rows.samples.begin() + first, row_.size(), row_.begin());
      }
      state_.row = row_.data();
      if (auto done = run(write_row); !done) return done;
    }
    return {};
  }

  Result<void> finish() override { return run(write_end); }

 private:
  Result<void> run(void (*step)(WriteState&)) {
    if (guarded_jpeg(step, state_)) return {};
    if (sink_error_) return *sink_error_;
    const bool memory = state_.errors.code == JERR_OUT_OF_MEMORY;
    return Error{memory ? ErrorCode::kMemory : ErrorCode::kInternal,
                 std::string("writing JPEG: ") + state_.errors.text};
  }

  ByteSink sink_;
  std::optional<Error> sink_error_;
  Remarks* remarks_;
  std::vector<Segment> segments_;
  Bytes row_;
  WriteState state_;
};

}  // namespace

std::unique_ptr<PictureWriter> jpeg_writer(const PictureWriteOptions& options, ByteSink sink,
                                           Remarks* remarks) {
  return std::make_unique<JpegWriter>(options, std::move(sink), remarks);
}

Result<Bytes> write_jpeg(ImageView image, const PictureWriteOptions& options, Remarks* remarks) {
  Bytes file;
  JpegWriter writer(options, appending_to(file), remarks);
  if (auto done = write_whole(writer, image); !done) return done.error();
  return file;
}

}  // namespace vaecomp
