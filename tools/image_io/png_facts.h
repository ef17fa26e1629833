// PNG's ancillary chunks on their way into Metadata.
#pragma once

#include <string_view>

#include "tools/image_io/damage.h"
#include "tools/image_io/left_out.h"
#include "tools/image_io/png_header.h"
#include "tools/image_io/png_walk.h"

namespace vaecomp {

class PngFacts {
 public:
  explicit PngFacts(Damage& damage) : damage_(damage) {}

  // Takes over an ancillary chunk that is whole: profile, EXIF, texts, and the chunks that go into
  // Metadata::display as they stand; bKGD is converted as the samples are, a palette's to its
  // colour, a small grey to 8 bits. The first of a type counts. Malformed chunks are left out with
  // a warning, other kinds with a note.
  void take(const FoundChunk& chunk, const PngHeader& header);

  // What was found, raw profiles in texts unpacked.
  Metadata finish();

  const LeftOut& left_out() const { return left_out_; }

 private:
  void take_display(const FoundChunk& chunk, const PngHeader& header);
  void take_profile(const FoundChunk& chunk);
  void take_text(const FoundChunk& chunk);
  void leave_out(const FoundChunk& chunk, std::string_view why);

  Damage& damage_;
  LeftOut left_out_;
  Metadata metadata_;
  std::size_t text_room_ = kMaxMetadata;  // bytes of texts that may still come
};

}  // namespace vaecomp
