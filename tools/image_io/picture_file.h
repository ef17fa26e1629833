// Pictures as files in memory: which kind a file is, reading it, writing it. The kind follows from
// the content, never from the name.
#pragma once

#include <string_view>

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

// Kinds that are told apart by their first bytes. Those from kWebp on are known by name only, so
// that the refusal can say what the file is.
enum class FileKind {
  kUnknown,
  kVaec,
  kVaem,
  kPng,
  kPnm,
  kJpeg,
  kWebp,
  kGif,
  kBmp,
  kTiff,
  kHeif,
  kJxl
};

inline constexpr std::size_t kHeadBytes = 16;  // enough for identify()

// Kind of the file that begins with `head`. An empty or short head is allowed.
FileKind identify(ByteSpan head);

// "PNG", "JPEG", ...; "unknown" for kUnknown.
std::string_view kind_name(FileKind kind);

// Reads a PNG, JPEG, PPM, PGM or PAM. The size in its header is checked against `limits` before
// anything that depends on it is allocated. What there is to say about a file that is taken is
// appended to `remarks`, unless that is null. Errors: kCorrupt, kTruncated (with offset),
// kUnsupportedFeature, kLimit.
Result<Image> read_picture(ByteSpan file, const ReadOptions& options, Remarks* remarks = nullptr);

}  // namespace vaecomp
