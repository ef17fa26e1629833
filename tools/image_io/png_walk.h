// A PNG file as the sequence of its chunks (PNG, third edition, 5.3), whatever state it is in.
#pragma once

#include <optional>
#include <string_view>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

inline constexpr std::size_t kPngSignatureBytes = 8;

// A chunk as it lies in the file.
struct FoundChunk {
  std::size_t offset = 0;  // of its length field, in the file
  std::string_view type;   // four letters
  ByteSpan content;        // as far as it is there
  bool cut = false;        // the file ends before the chunk does
  bool crc_good = false;   // false if it was cut; not looked at unless asked for

  bool ancillary() const { return (type[0] & 0x20) != 0; }
};

class PngWalk {
 public:
  // Borrows the file. Precondition: it begins with PNG's signature.
  explicit PngWalk(ByteSpan file, bool check_crcs = false) : file_(file), check_crcs_(check_crcs) {}

  // The next chunk; nothing at the file's end or where no chunk begins.
  std::optional<FoundChunk> next();

  // Where the walk stands: behind the last chunk.
  std::size_t position() const { return at_; }

 private:
  ByteSpan file_;
  bool check_crcs_;
  std::size_t at_ = kPngSignatureBytes;
};

}  // namespace vaecomp
