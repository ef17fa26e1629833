// Reads JPEG files: the segments and a check of the scans, then libjpeg-turbo for the pixels.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "tools/image_io/damage.h"
#include "tools/image_io/jpeg.h"
#include "tools/image_io/jpeg_facts.h"
#include "tools/image_io/jpeg_frames.h"
#include "tools/image_io/jpeg_guard.h"
#include "tools/image_io/jpeg_scans.h"
#include "tools/image_io/picture_size.h"

namespace vaecomp {
namespace {

// Whatever its size; what a scan may cost follows from the file's (jpeg_scans.h).
constexpr int kMaxScans = 500;

constexpr std::uint8_t kMidGrey = 128;

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct ReadState {
  JpegErrors errors;
  jpeg_progress_mgr progress = {};
  jpeg_decompress_struct jpeg = {};
  ByteSpan file;
  JOCTET* profile = nullptr;  // malloc's, by jpeg_read_icc_profile
  unsigned profile_size = 0;
  std::uint8_t* samples = nullptr;
  std::size_t row_bytes = 0;

  explicit ReadState(ByteSpan data) : file(data) {
    start_jpeg_errors(errors);
    jpeg.err = &errors.base;
  }
  ReadState(const ReadState&) = delete;
  ReadState& operator=(const ReadState&) = delete;
  ~ReadState() {
    std::free(profile);
    jpeg_destroy_decompress(&jpeg);
  }

  // Where in the file libjpeg is when it has that many bytes left.
  std::size_t position(std::size_t left) const { return file.size() - std::min(left, file.size()); }
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
  jpeg_mem_src(&jpeg, state.file.data(), state.file.size());
  jpeg_save_markers(&jpeg, JPEG_APP0 + 2, 0xFFFF);  // the profile
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
  const std::size_t position =
      state.position(state.jpeg.src == nullptr ? 0 : state.jpeg.src->bytes_in_buffer);
  const std::string text = state.errors.text;
  switch (state.errors.code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      return {ErrorCode::kTruncated, "the file ends early", state.file.size()};
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

// What libjpeg warned of, as remarks. Of scans that were checked, the check has told.
Result<void> tell_warnings(const ReadState& state, const JpegScans& scans, Damage& damage) {
  for (int i = 0; i < state.errors.warnings; ++i) {
    const JpegWarning& warning = state.errors.warning[i];
    const std::size_t offset = state.position(warning.bytes_left);
    switch (warning.code) {
      case JWRN_EXTRANEOUS_DATA:
        if (!scans.fault && !scans.stray_bytes)
          damage.harmless("stray bytes before a marker", offset);
        break;
      case JWRN_ADOBE_XFORM:
        damage.harmless("an unknown Adobe colour transform", offset);
        break;
      case JWRN_JFIF_MAJOR:
        damage.harmless("an unknown version of JFIF", offset);
        break;
      case JWRN_BOGUS_ICC:
        damage.harmless("the ICC profile is damaged and left out", kNoOffset);
        break;
      case JWRN_NOT_SEQUENTIAL:
        damage.harmless("a scan's header has odd values", offset);
        break;
      case JWRN_JPEG_EOF:
        if (scans.checked) break;
        [[fallthrough]];
      default:
        if (scans.fault) break;
        if (auto done = damage.serious(
                {ErrorCode::kCorrupt, "broken JPEG: " + std::string(warning.text), offset},
                "pixels may be wrong");
            !done)
          return done.error();
    }
  }
  return {};
}

// The file up to the segment that libjpeg stopped in.
ByteSpan before_failure(const ReadState& state) {
  const std::size_t position = state.position(state.jpeg.src->bytes_in_buffer);
  JpegWalk walk(state.file);
  std::size_t last = 0;
  while (const std::optional<JpegSegment> segment = walk.next()) {
    if (segment->offset >= position) break;
    last = segment->offset;
  }
  return state.file.first(last);
}

// Decodes into `image`, whose samples are mid grey.
Result<void> read_pixels(ReadState& state, const JpegScans& scans, Image& image, Damage& damage) {
  const auto decode = [&](ReadState& from) {
    from.samples = image.samples.data();
    from.row_bytes = static_cast<std::size_t>(image.width) * image.channels;
    // A file without EOI whose scans are whole ends in a warning only.
    from.errors.goes_on = damage.tolerant() || (scans.checked && !scans.fault);
    return guarded_jpeg(read_samples, from);
  };
  if (decode(state)) return tell_warnings(state, scans, damage);
  const Error error = failure_of(state);
  const int rows = static_cast<int>(state.jpeg.output_scanline);
  const std::string made_up = rows > 0 ? "it is grey from row " + std::to_string(rows) + " on"
                                       : "details or colours are missing";
  if (error.code != ErrorCode::kCorrupt && error.code != ErrorCode::kTruncated) return error;
  if (auto done = damage.serious(error, made_up); !done || rows > 0) return done;
  // Of several scans libjpeg shows none when it stops in a segment after them: it gets a file that
  // ends before that.
  ReadState again(before_failure(state));
  if (!guarded_jpeg(read_head, again) || !decode(again)) return error;
  return {};
}

}  // namespace

Result<Image> read_jpeg(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  ReadState state(file);
  if (!guarded_jpeg(read_head, state)) return failure_of(state);
  if (auto error =
          check_picture_size(state.jpeg.image_width, state.jpeg.image_height, options.limits, 0)) {
    error->offset = kNoOffset;
    return *std::move(error);
  }
  if (auto error = check_colours(state.jpeg)) return *std::move(error);

  Damage damage(options, remarks);
  const Result<JpegScans> scans =
      check_jpeg_scans(file, state.jpeg.image_width, state.jpeg.image_height, kMaxScans, damage);
  if (!scans) return scans.error();
  if (scans->fault) {
    if (scans->nothing_there) return *scans->fault;
    if (auto done = damage.serious(*scans->fault, scans->made_up); !done) return done.error();
  }

  Image image;
  image.width = static_cast<int>(state.jpeg.image_width);
  image.height = static_cast<int>(state.jpeg.image_height);
  image.channels = state.jpeg.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
  image.samples.assign(static_cast<std::size_t>(image.width) * image.height * image.channels,
                       kMidGrey);
  if (auto done = read_pixels(state, *scans, image, damage); !done) return done.error();

  JpegFacts facts(options.limits, damage);
  JpegWalk walk(file);
  while (const std::optional<JpegSegment> segment = walk.next())
    if (auto done = facts.take(*segment); !done) return done.error();
  if (state.profile != nullptr) {
    if (auto done = facts.take_profile({state.profile, state.profile_size}); !done)
      return done.error();
  }
  if (walk.ended()) tell_jpeg_frames(file, walk.position(), facts, remarks);
  facts.left_out().tell(remarks);
  image.metadata = std::move(facts.metadata());
  return image;
}

}  // namespace vaecomp
