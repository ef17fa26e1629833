// The `.vaec` container (SPEC.md section 1): header and sections, one list of fields for both directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/error.h"
#include "format/limits.h"

namespace vaecomp {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

struct StreamHeader {
  std::uint8_t flags = 0;         // kFlagGrey
  std::uint32_t width = 0;        // pixels
  std::uint32_t height = 0;       // pixels
  std::uint8_t quality = 0;       // 0 .. 100
  std::uint32_t model_id = 0;     // MODEL.md section 1

  bool grey() const { return (flags & 1) != 0; }
};

inline constexpr std::uint8_t kFlagGrey = 1;
inline constexpr std::uint8_t kTagLatents = 0x01;
inline constexpr std::uint8_t kTagOptional = 0x80;  // VC-12

struct Section {
  std::uint8_t tag = 0;
  std::uint64_t offset = 0;  // of the payload's first byte in the stream
  ByteSpan payload;          // borrowed from the stream
};

struct Container {
  StreamHeader header;
  std::vector<Section> sections;  // known ones and optional unknown ones, in file order
  std::uint64_t header_bytes = 0;
};

// Reads and checks everything of section 1 (VC-02 .. VC-16): magic, version, checksum, limits, sections.
// The container borrows `stream`. Errors: kNotAStream, kTruncated, kChecksum, kUnsupportedVersion,
// kUnsupportedFeature, kCorrupt, kLimit, each with offset and rule.
Result<Container> read_container(ByteSpan stream, const Limits& limits = {});

// Writes header, sections (in the order given) and checksum. Precondition: a header that read_container accepts.
Bytes write_container(const StreamHeader& header, std::span<const Section> sections);

}  // namespace vaecomp
