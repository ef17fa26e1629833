// Reads PNG files: a survey of their chunks, then libpng for the pixels. libpng gets the chunks
// that pixels depend on only, so that nothing else can make it fail or take memory.
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/image_io/png.h"
#include "tools/image_io/png_amount.h"
#include "tools/image_io/png_guard.h"
#include "tools/image_io/png_survey.h"
#include "tools/image_io/png_walk.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPixelChunks[] = {"IHDR", "PLTE", "tRNS", "IDAT"};
constexpr std::size_t kHeadBytes = 8, kCrcBytes = 4;

// The chunks that libpng gets, as a stream of bytes. One that is cut is given with the length that
// it has; checksums were looked at before.
class PixelChunks {
 public:
  explicit PixelChunks(ByteSpan file) : file_(file), walk_(file) {}

  // False if there are not that many.
  bool read(std::uint8_t* to, std::size_t count) {
    while (count > 0) {
      if (done_ == size_ && !next()) return false;
      const std::size_t part = give(to, count);
      done_ += part;
      to += part;
      count -= part;
    }
    return true;
  }

  // Where in the file that stream stands.
  std::size_t position() const { return std::min(chunk_.offset + done_, file_.size()); }

 private:
  bool next() {
    while (const std::optional<FoundChunk> chunk = walk_.next()) {
      if (chunk->type == "IEND") return false;
      const bool wanted = std::find(std::begin(kPixelChunks), std::end(kPixelChunks),
                                    chunk->type) != std::end(kPixelChunks);
      if (!wanted) continue;
      chunk_ = *chunk;
      done_ = 0;
      size_ = kHeadBytes + chunk_.content.size() + kCrcBytes;
      return true;
    }
    return false;
  }

  // Copies at most `count` bytes, at least one, of the chunk's head, its content or its CRC.
  std::size_t give(std::uint8_t* to, std::size_t count) const {
    const std::size_t length = chunk_.content.size();
    if (done_ >= kHeadBytes && done_ < kHeadBytes + length) {
      const ByteSpan part = chunk_.content.subspan(done_ - kHeadBytes);
      const std::size_t size = std::min(count, part.size());
      std::memcpy(to, part.data(), size);
      return size;
    }
    *to = done_ < 4            ? static_cast<std::uint8_t>(length >> (24 - 8 * done_))
          : done_ < kHeadBytes ? static_cast<std::uint8_t>(chunk_.type[done_ - 4])
                               : 0;
    return 1;
  }

  ByteSpan file_;
  PngWalk walk_;
  FoundChunk chunk_;
  std::size_t done_ = 0, size_ = 0;  // of the chunk with head and CRC
};

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct ReadState : PngReading {
  PixelChunks chunks;
  png_bytepp rows = nullptr;
  png_uint_32 first = 0, count = 0;  // of the rows that are read next

  explicit ReadState(ByteSpan file) : chunks(file) {}
};

void read_bytes(png_structp png, png_bytep to, png_size_t count) {
  auto* state = static_cast<ReadState*>(png_get_io_ptr(png));
  if (!state->chunks.read(to, count)) {
    state->failure.end_of_data = true;
    png_error(png, "the pixel data end early");
  }
}

void read_head(ReadState& state) {
  png_set_benign_errors(state.png, 1);
  png_set_crc_action(state.png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_sig_bytes(state.png, kPngSignatureBytes);
  png_read_info(state.png, state.info);
  png_set_expand(state.png);  // palette to RGB, small grey to 8 bits, tRNS to alpha
  png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
}

bool is_interlaced(const ReadState& state) {
  return png_get_interlace_type(state.png, state.info) != PNG_INTERLACE_NONE;
}

// Each pass of an interlaced picture fills the blocks that later ones refine, so that the picture
// is whole, if coarse, when it ends early.
void read_some_rows(ReadState& state) {
  for (int pass = 0; pass < (is_interlaced(state) ? PNG_INTERLACE_ADAM7_PASSES : 1); ++pass) {
    png_read_rows(state.png, nullptr, state.rows + state.first, state.count);
  }
}

// Reads all rows; false if libpng reported an error meanwhile. `samples` has room for all of them
// and grows with them, so that only what is there takes memory.
bool read_samples(ReadState& state, const SampleLayout& layout, Bytes& samples) {
  constexpr int kRowsAtOnce = 64;
  const int step = is_interlaced(state) ? layout.height : kRowsAtOnce;
  for (int first = 0; first < layout.height; first += step) {
    const int count = std::min(step, layout.height - first);
    const std::size_t there = layout.row_bytes() * (first + count);
    if (samples.size() < there) samples.resize(there);
    state.first = static_cast<png_uint_32>(first);
    state.count = static_cast<png_uint_32>(count);
    if (!guarded(state.png, read_some_rows, state)) return false;
  }
  return true;
}

// What went wrong: the file's end where that is why, else libpng's reason where it had got to.
Error failure_of(const ReadState& state, const PngSurvey& survey, ByteSpan file) {
  if (state.failure.end_of_data && !survey.has_end) {
    if (survey.unreadable) {
      return {ErrorCode::kCorrupt, "broken PNG: no chunk where one should begin", survey.end};
    }
    return {ErrorCode::kTruncated, "the file ends early", file.size()};
  }
  return {ErrorCode::kCorrupt, "broken PNG: " + std::string(state.failure.text),
          state.chunks.position()};
}

// Whether the data can give all samples, so that what is promised and not there takes no memory.
Result<void> check_amount(const PngSurvey& survey, ByteSpan file, bool interlaced, Damage& damage) {
  if (damage.tolerant() || has_enough_data(survey, file, interlaced)) return {};
  const bool ends = !survey.has_end && !survey.unreadable;
  return damage.serious(
      ends ? Error{ErrorCode::kTruncated, "the file ends early", file.size()}
           : Error{ErrorCode::kCorrupt, "broken PNG: the pixel data end early", survey.end},
      {});
}

// Starts libpng and reads up to the samples. zlib's own check of the data can be left out.
Result<void> start(ReadState& state, const PngSurvey& survey, ByteSpan file, const Limits& limits,
                   bool check_data) {
  if (!state.start(read_bytes, &state, limits.max_side))
    return Error{ErrorCode::kMemory, "libpng cannot be started"};
  if (!check_data) png_set_option(state.png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
  if (!guarded(state.png, read_head, state)) return failure_of(state, survey, file);
  return {};
}

bool is_about_check(std::string_view text) {
  return text.find("incorrect data check") != text.npos;
}

// Whether all rows were read: what comes after the last is the check of the data only.
bool is_complete(const ReadState& state, std::uint32_t height) {
  return is_interlaced(state) ? png_get_current_pass_number(state.png) >= PNG_INTERLACE_ADAM7_PASSES
                              : png_get_current_row_number(state.png) >= height;
}

// Judges rows that ended early.
Result<void> judge_part(const ReadState& state, const PngSurvey& survey, ByteSpan file,
                        Damage& damage) {
  const png_uint_32 row = png_get_current_row_number(state.png);
  const int pass = png_get_current_pass_number(state.png);
  const Error error = failure_of(state, survey, file);
  if (row == 0 && pass == 0) return error;  // nothing is there
  return damage.serious(error,
                        is_interlaced(state)
                            ? "it is coarse, from pass " + std::to_string(pass + 1) + " of 7 on"
                            : "rows " + std::to_string(row) + " to " +
                                  std::to_string(survey.header.height - 1) + " are grey");
}

// Judges rows that are all there, and what comes after them.
Result<void> judge_whole(const ReadState& state, bool wrong_check, const PngSurvey& survey,
                         ByteSpan file, Damage& damage) {
  for (int i = 0; i < state.failure.warnings; ++i) {
    const std::string text = state.failure.warning[i];
    if (is_about_check(text)) {
      wrong_check = true;
    } else {
      damage.harmless("libpng: " + text, state.chunks.position());
    }
  }
  if (wrong_check && survey.sound_pixels) {
    damage.harmless("the pixel data's checksum is wrong, though those of their chunks are right",
                    state.chunks.position());
  } else if (wrong_check) {
    const Error error{ErrorCode::kCorrupt, "broken PNG: the pixel data's checksum is wrong",
                      state.chunks.position()};
    if (auto done = damage.serious(error, "pixels may be wrong"); !done) return done;
  }
  if (survey.has_end) return {};
  if (survey.unreadable) {
    damage.harmless("no chunk where one should begin, after the pixel data", survey.end);
  } else {
    damage.harmless("the file ends early, after the pixel data", file.size());
  }
  return {};
}

// Reads the rows into memory that is prepared for those that are missing.
Result<void> decode(ReadState& state, const PngSurvey& survey, ByteSpan file, const Limits& limits,
                    const SampleLayout& layout, Bytes& samples, Damage& damage) {
  if (read_samples(state, layout, samples) || is_complete(state, survey.header.height))
    return judge_whole(state, false, survey, file, damage);
  if (!is_about_check(state.failure.text)) return judge_part(state, survey, file, damage);
  // libpng drops the last row when the check that comes after it fails.
  ReadState again(file);
  again.rows = state.rows;
  if (auto done = start(again, survey, file, limits, false); !done) return done;
  if (read_samples(again, layout, samples) || is_complete(again, survey.header.height))
    return judge_whole(again, true, survey, file, damage);
  return judge_part(again, survey, file, damage);
}

}  // namespace

Result<Image> read_png(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  if (!std::equal(file.begin(), file.begin() + std::min<std::size_t>(file.size(), 8),
                  "\x89PNG\r\n\x1A\n"sv.begin(),
                  [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) {
    return Error{ErrorCode::kCorrupt, "not a PNG", 0};
  }
  Damage damage(options, remarks);
  Result<PngSurvey> survey = survey_png(file, options.limits, damage, remarks);
  if (!survey) return survey.error();

  ReadState state(file);
  if (auto done = start(state, *survey, file, options.limits, true); !done) return done.error();

  const int channels = png_get_channels(state.png, state.info);
  const SampleLayout layout{.width = static_cast<int>(png_get_image_width(state.png, state.info)),
                            .height = static_cast<int>(png_get_image_height(state.png, state.info)),
                            .channels = channels >= 3 ? 3 : 1,
                            .alpha = channels % 2 == 0,
                            .maxval = png_get_bit_depth(state.png, state.info) == 16 ? 65535 : 255};
  if (png_get_rowbytes(state.png, state.info) != layout.row_bytes()) {
    return Error{ErrorCode::kInternal, "libpng gives rows of an unexpected size"};
  }
  if (auto done = check_amount(*survey, file, is_interlaced(state), damage); !done)
    return done.error();
  Bytes samples;
  samples.reserve(layout.total_bytes());
  if (damage.tolerant()) {
    samples.resize(layout.total_bytes());
    fill_grey(layout, 0, samples);
  }
  std::vector<png_bytep> rows(layout.height);
  for (int y = 0; y < layout.height; ++y) rows[y] = samples.data() + layout.row_bytes() * y;
  state.rows = rows.data();
  if (auto done = decode(state, *survey, file, options.limits, layout, samples, damage); !done)
    return done.error();
  if (survey->has_end) note_trailing_bytes(file, survey->end, remarks);

  Image image = unpack_samples(layout, std::move(samples));
  image.metadata = std::move(survey->metadata);
  return image;
}

}  // namespace vaecomp
