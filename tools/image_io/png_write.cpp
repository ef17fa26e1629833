// Writes PNG files with libpng.
#include <zlib.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/out_of_memory.h"
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

// All that the guarded steps work on. Plain: they may be left by longjmp.
struct WriteState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  SampleLayout layout;
  Deflate deflate;
  const std::vector<PngChunk>* chunks = nullptr;
  png_bytep row = nullptr;  // the next one
  const ByteSink* sink = nullptr;
  std::optional<Error>* sink_error = nullptr;
  PngFailure failure;

  WriteState() = default;
  WriteState(const WriteState&) = delete;
  WriteState& operator=(const WriteState&) = delete;
  ~WriteState() { png_destroy_write_struct(&png, &info); }
};

// An exception must not pass through libpng's C frames, nor a jump out of the handler.
bool give(const WriteState& state, png_bytep data, png_size_t count) {
  try {
    const Result<void> done = (*state.sink)({data, count});
    if (!done) *state.sink_error = done.error();
    return done.has_value();
  } catch (const std::exception&) {
    *state.sink_error = out_of_memory();
    return false;
  }
}

void write_bytes(png_structp png, png_bytep data, png_size_t count) {
  const auto* state = static_cast<const WriteState*>(png_get_io_ptr(png));
  if (!give(*state, data, count)) png_error(png, "the bytes are not taken");
}

void flush_nothing(png_structp) {}

int colour_type(const SampleLayout& layout) {
  return (layout.channels == 3 ? PNG_COLOR_MASK_COLOR : 0) |
         (layout.alpha ? PNG_COLOR_MASK_ALPHA : 0);
}

void write_head(WriteState& state) {
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
}

void write_row(WriteState& state) { png_write_row(state.png, state.row); }
void write_end(WriteState& state) { png_write_end(state.png, nullptr); }

// One compression of rows that are packed as the file has them.
class PngStream {
 public:
  // Borrows the chunks.
  PngStream(const SampleLayout& layout, const std::vector<PngChunk>& chunks, Deflate deflate,
            ByteSink sink)
      : sink_(std::move(sink)) {
    state_.layout = layout;
    state_.chunks = &chunks;
    state_.deflate = deflate;
    state_.sink = &sink_;
    state_.sink_error = &sink_error_;
  }

  Result<void> begin() {
    state_.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state_.failure, on_png_error,
                                         on_png_warning);
    if (state_.png != nullptr) state_.info = png_create_info_struct(state_.png);
    if (state_.info == nullptr) return Error{ErrorCode::kMemory, "libpng cannot be started"};
    png_set_write_fn(state_.png, &state_, write_bytes, flush_nothing);
    png_set_user_limits(state_.png, kMaxSide, kMaxSide);
    return run(write_head);
  }

  Result<void> row(std::uint8_t* packed) {
    state_.row = packed;
    return run(write_row);
  }

  Result<void> end() { return run(write_end); }

 private:
  Result<void> run(void (*step)(WriteState&)) {
    if (guarded(state_.png, step, state_)) return {};
    if (sink_error_) return *sink_error_;
    return Error{ErrorCode::kInternal, "writing PNG: " + std::string(state_.failure.text)};
  }

  ByteSink sink_;
  std::optional<Error> sink_error_;
  WriteState state_;
};

// Reads back the rows of a PNG of our own.
struct RereadState : PngReading {
  ByteSpan rest;
  png_bytep row = nullptr;
};

void reread_bytes(png_structp png, png_bytep to, png_size_t count) {
  auto* state = static_cast<RereadState*>(png_get_io_ptr(png));
  if (count > state->rest.size()) png_error(png, "the data end early");
  std::copy_n(state->rest.begin(), count, to);
  state->rest = state->rest.subspan(count);
}

void reread_head(RereadState& state) { png_read_info(state.png, state.info); }
void reread_row(RereadState& state) { png_read_row(state.png, state.row, nullptr); }

// The rows of `file` compressed in another way.
Result<Bytes> compressed_again(ByteSpan file, const SampleLayout& layout,
                               const std::vector<PngChunk>& chunks, Deflate deflate) {
  Bytes row(layout.row_bytes());
  RereadState from;
  from.rest = file;
  from.row = row.data();
  if (!from.start(reread_bytes, &from, kMaxSide))
    return Error{ErrorCode::kMemory, "libpng cannot be started"};
  png_set_keep_unknown_chunks(from.png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // all but pixels
  const auto failed = [&from] {
    return Error{ErrorCode::kInternal, "writing PNG: " + std::string(from.failure.text)};
  };
  if (!guarded(from.png, reread_head, from)) return failed();
  Bytes out;
  PngStream stream(layout, chunks, deflate, appending_to(out));
  if (auto done = stream.begin(); !done) return done.error();
  for (int y = 0; y < layout.height; ++y) {
    if (!guarded(from.png, reread_row, from)) return failed();
    if (auto done = stream.row(row.data()); !done) return done.error();
  }
  if (auto done = stream.end(); !done) return done.error();
  return out;
}

class PngWriter : public PictureWriter {
 public:
  PngWriter(const PictureWriteOptions& options, ByteSink sink, Remarks* remarks)
      : level_(options.png_level), sink_(std::move(sink)), remarks_(remarks) {}

  Result<void> begin(const PictureHead& head) override {
    layout_ = layout_of(head);
    row_.resize(layout_.row_bytes());
    LeftOut left_out;
    Result<std::vector<PngChunk>> chunks = png_chunks(head.metadata, layout_, left_out);
    if (!chunks) return chunks.error();
    chunks_ = *std::move(chunks);
    left_out.tell(remarks_);
    for (const PngChunk& chunk : chunks_) metadata_bytes_ += chunk.content.size();
    may_be_drawing_ = !level_;
    stream_.emplace(layout_, chunks_, level_ ? deflate_of(*level_) : kFast,
                    [this](ByteSpan bytes) { return put(bytes); });
    return stream_->begin();
  }

  Result<void> take(ImageView rows) override {
    for (int y = 0; y < rows.height; ++y) {
      pack_row(rows, layout_, y, row_.data());
      if (auto done = stream_->row(row_.data()); !done) return done;
    }
    return {};
  }

  Result<void> finish() override {
    if (auto done = stream_->end(); !done) return done;
    if (!may_be_drawing_) return {};
    const Result<Bytes> smaller = compressed_again(held_, layout_, chunks_, kForDrawings);
    return sink_(smaller && smaller->size() < held_.size() ? *smaller : held_);
  }

 private:
  // Whether so few bytes for the samples mean a drawing: that is where sequences come again.
  bool is_drawing(std::size_t compressed) const {
    constexpr std::size_t kShare = 3;
    return compressed < layout_.total_bytes() / kShare;
  }

  // Bytes wait while they may be those of a drawing, which is compressed again.
  Result<void> put(ByteSpan bytes) {
    if (!may_be_drawing_) return sink_(bytes);
    held_.insert(held_.end(), bytes.begin(), bytes.end());
    if (is_drawing(held_.size() - std::min(held_.size(), metadata_bytes_))) return {};
    may_be_drawing_ = false;
    const Bytes held = std::exchange(held_, {});
    return sink_(held);
  }

  std::optional<int> level_;
  ByteSink sink_;
  Remarks* remarks_;
  SampleLayout layout_;
  std::vector<PngChunk> chunks_;
  std::size_t metadata_bytes_ = 0;
  bool may_be_drawing_ = false;
  Bytes held_, row_;
  std::optional<PngStream> stream_;
};

}  // namespace

std::unique_ptr<PictureWriter> png_writer(const PictureWriteOptions& options, ByteSink sink,
                                          Remarks* remarks) {
  return std::make_unique<PngWriter>(options, std::move(sink), remarks);
}

Result<Bytes> write_png(ImageView image, const PictureWriteOptions& options, Remarks* remarks) {
  Bytes file;
  PngWriter writer(options, appending_to(file), remarks);
  if (auto done = write_whole(writer, image); !done) return done.error();
  return file;
}

}  // namespace vaecomp
