// Kinds of files by their first bytes: those that are read, and those that are known by name only,
// so that a refusal can say what the file is and which program converts it.
#pragma once

#include <string>
#include <string_view>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

enum class FileKind {
  kUnknown,
  kVaec,
  kVaem,
  kPng,
  kPnm,
  kPfm,
  kJpeg,
  // Known by name only.
  kWebp,
  kGif,
  kBmp,
  kTiff,
  kHeic,
  kAvif,
  kHeif,  // of a brand that is neither of the two
  kJxl,
  kJpeg2000,
  kJpegXr,
  kPsd,
  kIco,
  kSvg,
  kPdf,
  kPostScript,
  kCameraRaw,
  kQoi,
  kExr,
  kHdr,
  kXcf,
  kDds,
  kBpg,
  kVideo,
  kPcx,
  kSgi,
  kMng,
  kXpm,
  kSunRaster,
  kFits,
  kFarbfeld,
  kDjvu,
  kApplePng,  // CgBI: a PNG's signature, but not its pixels
};

inline constexpr std::size_t kHeadBytes = 4096;  // enough for identify()

// Kind of the file that begins with `head`. An empty or short head is allowed.
FileKind identify(ByteSpan head);

// "a PNG", "an AVIF", ...; "an unknown" for kUnknown.
std::string kind_with_article(FileKind kind);

// Why a file that begins with `head` is not taken for a picture, and what to do about it.
// Precondition: it is none of those that are read.
Error not_read(ByteSpan head);

}  // namespace vaecomp
