// PNG's ancillary chunks on their way into Metadata.
#pragma once

#include <optional>
#include <string_view>

#include "tools/image_io/damage.h"
#include "tools/image_io/left_out.h"
#include "tools/image_io/metadata_room.h"
#include "tools/image_io/png_header.h"
#include "tools/image_io/png_walk.h"

namespace vaecomp {

class PngFacts {
 public:
  PngFacts(const Limits& limits, Damage& damage) : damage_(damage), room_(limits, damage) {}

  // Takes over an ancillary chunk that is whole: profile, EXIF, texts, and the chunks that go into
  // Metadata::display as they stand; bKGD is converted as the samples are, a palette's to its
  // colour, a small grey to 8 bits. The first of a type counts. Malformed chunks are left out with
  // a warning, other kinds with a note. Errors: kLimit, those of MetadataRoom.
  Result<void> take(const FoundChunk& chunk, const PngHeader& header);

  // What was found, raw profiles in texts unpacked.
  Metadata finish();

  const LeftOut& left_out() const { return left_out_; }

 private:
  void take_display(const FoundChunk& chunk, const PngHeader& header);
  Result<void> take_profile(const FoundChunk& chunk);
  Result<void> take_text(const FoundChunk& chunk);
  // The content of a zlib stream in a chunk, if it is sound and there is room for it.
  Result<std::optional<Bytes>> unpacked(const FoundChunk& chunk, ByteSpan stream);
  void leave_out(const FoundChunk& chunk, std::string_view why);

  Damage& damage_;
  LeftOut left_out_;
  Metadata metadata_;
  MetadataRoom room_;
};

}  // namespace vaecomp
