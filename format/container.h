// The `.vaec` container, SPEC.md section 1: header, sections, reading and writing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "format/bytes.h"
#include "format/error.h"
#include "format/limits.h"

namespace vaecomp {

inline constexpr std::uint8_t kStreamMagic[4] = {0xD6, 0x56, 0x41, 0x45};  // VC-02
inline constexpr std::uint8_t kStreamVersion = 2;                          // VC-03
inline constexpr std::uint8_t kFlagGrey = 1;                               // VC-04
inline constexpr std::uint8_t kFlag16Bits = 2;                             // VC-04
inline constexpr std::uint8_t kFlagNeutral = 4;       // VC-41: only together with kFlagGrey
inline constexpr std::uint8_t kFlagTrellis = 8;       // VC-52
inline constexpr std::uint8_t kFlagPixels = 16;       // VC-15, VC-50
inline constexpr std::uint8_t kFlagNearlyExact = 32;  // VC-59
inline constexpr std::uint8_t kTagLatents = 0x01;
inline constexpr std::uint8_t kTagAlpha = 0x02;
inline constexpr std::uint8_t kTagPixels = 0x03;    // all of a picture, exactly coded
inline constexpr std::uint8_t kTagPatches = 0x04;   // exact blocks of a lossy one
inline constexpr std::uint8_t kTagColours = 0x05;   // of an RGB one that the networks saw turned
inline constexpr std::uint8_t kTagFilter = 0x06;    // over what the synthesis network gives
inline constexpr std::uint8_t kTagOptional = 0x80;  // VC-12: the first tag that may be skipped

struct StreamHeader {
  std::uint8_t flags = 0;      // those above
  std::uint32_t width = 0;     // pixels, 1 .. 2^20
  std::uint32_t height = 0;    // pixels, 1 .. 2^20
  std::uint8_t quality = 0;    // 0 .. 100
  std::uint32_t model_id = 0;  // MODEL.md section 1

  // Of the decoded picture: one channel; or three, which are equal everywhere.
  bool grey() const { return (flags & kFlagGrey) != 0 && !neutral(); }
  bool neutral() const { return (flags & kFlagNeutral) != 0; }
  int channels() const { return grey() ? 1 : 3; }
  // All of it is exactly coded, and needs no model.
  bool has_pixels() const { return (flags & kFlagPixels) != 0; }
  // What is exactly coded are colours near to those of the picture that was encoded.
  bool nearly_exact() const { return (flags & kFlagNearlyExact) != 0; }
  // It is the picture that was encoded.
  bool lossless() const { return has_pixels() && !nearly_exact(); }
  bool is_16_bit() const { return (flags & kFlag16Bits) != 0; }
  bool trellis() const { return (flags & kFlagTrellis) != 0; }
};

struct Section {
  std::uint8_t tag = 0;
  std::uint64_t offset = 0;  // of the payload's first byte in the stream
  ByteSpan payload;          // borrowed from the stream
};

struct Container {
  StreamHeader header;
  std::vector<Section> sections;   // known ones and optional unknown ones, in file order
  std::uint64_t header_bytes = 0;  // bytes before the first section
  std::uint64_t max_metadata = kDefaultMaxMetadata;  // what its reader allows read_metadata()

  // The section with this tag, or null. A container that was read has one with kTagLatents, or,
  // with kFlagPixels, one with kTagPixels.
  const Section* find(std::uint8_t tag) const;
};

// Reads and checks everything of section 1 (VC-01 .. VC-15, VC-41, VC-50, VC-59) but the model id,
// which is for who has the models (VC-08). Order: magic, version, checksum, header fields, sections
// (VC-10). The container borrows `stream`. Takes no memory that depends on the picture's size.
//
// Errors, each with offset and rule: kTruncated (empty, or too short for magic, version and
// checksum, or a field missing before a checksum that matches), kNotAStream, kUnsupportedVersion,
// kChecksum (also what a stream cut later gives), kUnsupportedFeature, kLimit, kCorrupt; kMemory
// without.
Result<Container> read_container(ByteSpan stream, const Limits& limits = {});

// Writes header, sections (in the order given; their offsets do not matter) and checksum.
// Precondition: a header and sections that read_container accepts, asserted in debug builds.
// Reading and writing again gives equal bytes.
Bytes write_container(const StreamHeader& header, std::span<const Section> sections);

}  // namespace vaecomp
