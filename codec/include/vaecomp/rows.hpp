// Public C++ interface: decoding row by row, for pictures that nobody wants to hold as a whole.
#pragma once

#include "vaecomp/decode.hpp"

namespace vaecomp {

// What is known of a picture before its first row.
struct PictureHead {
  int width = 0, height = 0;  // pixels
  int channels = 3;           // of colour, 1 (grey) or 3 (RGB): alpha does not count
  int depth = 8;              // bits of a sample, 8 or 16
  bool alpha = false;         // whether the rows have alpha
  Metadata metadata = {};
};

// That of a picture in memory.
PictureHead head_of(ImageView image);

// Takes a picture row by row, from the top to the bottom. Calls come one at a time, but from any
// thread. An error ends the work, and is what the caller of that gets.
class PictureSink {
 public:
  virtual ~PictureSink() = default;

  // Comes once, before any row.
  virtual Result<void> begin(const PictureHead& head) = 0;

  // The next rows.height rows, at least one, of the head's width, channels, depth and alpha;
  // without metadata. They exist during the call only.
  virtual Result<void> take(ImageView rows) = 0;
};

// Keeps what it takes as a whole.
class ImageSink : public PictureSink {
 public:
  Result<void> begin(const PictureHead& head) override;
  Result<void> take(ImageView rows) override;

  // The picture, of all rows so far.
  Image& image() { return image_; }

 private:
  Image image_;
};

// Decodes a stream as decode() does and gives its rows to `sink`. All symbols are read and checked
// before the first call: a damaged stream gives no row. Takes 6 bytes a pixel from quality 50 on
// with the default model, less below, beside what `sink` keeps, and 1 or 2 for alpha of 8 or 16
// bits. Errors: those of decode() and of `sink`.
Result<void> decode_rows(const DecoderModel& model, ByteSpan stream, PictureSink& sink,
                         const DecodeOptions& options = {});

}  // namespace vaecomp
