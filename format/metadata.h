// What a stream carries beside its pixels (SPEC.md section 1.2): ICC, EXIF, XMP, text, PNG's chunks
// on how to show samples, IPTC.
#pragma once

#include <string>
#include <vector>

#include "format/bytes.h"
#include "format/container.h"
#include "format/error.h"

namespace vaecomp {

// One text of a picture, all UTF-8 without NUL, as PNG's iTXt has them.
struct TextEntry {
  std::string key;             // "Comment", "Author", ...
  std::string language;        // RFC 3066 tag, or empty
  std::string translated_key;  // in that language, or empty
  std::string text;

  bool operator==(const TextEntry&) const = default;
};

// A chunk of a PNG file, as it stands there: four letters and its content.
struct PngChunk {
  std::string type;
  Bytes content;

  bool operator==(const PngChunk&) const = default;
};

struct Metadata {
  Bytes icc;   // ICC profile
  Bytes exif;  // the TIFF block, without "Exif\0\0" before it
  Bytes xmp;   // packet
  std::vector<TextEntry> text;
  std::vector<PngChunk> display;  // how to show samples: cHRM, gAMA, sRGB, cICP, pHYs, ...
  // The image resource blocks ("8BIM", ...) of all of a JPEG's Photoshop segments (APP13), joined
  // in their order, each without "Photoshop 3.0\0" before it. IPTC is one of them.
  Bytes iptc;

  bool operator==(const Metadata&) const = default;
};

inline constexpr std::uint8_t kTagIcc = 0x81;
inline constexpr std::uint8_t kTagExif = 0x82;
inline constexpr std::uint8_t kTagXmp = 0x83;
inline constexpr std::uint8_t kTagText = 0x84;
inline constexpr std::uint8_t kTagDisplay = 0x85;
inline constexpr std::uint8_t kTagIptc = 0x86;

struct OwnedSection {
  std::uint8_t tag = 0;
  Bytes payload;
};

// Bytes of the content of all sections together, unpacked, as Limits::max_metadata counts them.
std::uint64_t metadata_size(const Metadata& metadata);

// Sections for what there is, none for what is empty, in the order of their tags. Errors: kLimit
// (all are larger than kMaxMetadata together, more than kMaxTexts texts or kMaxDisplayChunks
// chunks), kInvalidArgument (a text that is not UTF-8 or has a NUL, a chunk type that is not four
// letters), kMemory.
Result<std::vector<OwnedSection>> write_metadata(const Metadata& metadata);

// Takes the metadata out of a container. The sizes of all sections are checked before anything is
// allocated. Errors: kCorrupt (VC-37 .. VC-39, with the section's offset), kLimit (more than
// container.max_metadata, VC-37), kMemory.
Result<Metadata> read_metadata(const Container& container);

}  // namespace vaecomp
