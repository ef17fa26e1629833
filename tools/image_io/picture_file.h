// Pictures as files in memory: which kind a file is, reading it, writing it. The kind follows from
// the content, never from the name.
#pragma once

#include <string_view>

#include "vaecomp/vaecomp.hpp"

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
// anything that depends on it is allocated. Errors: kCorrupt, kTruncated (with offset),
// kUnsupportedFeature, kLimit.
Result<Image> read_picture(ByteSpan file, const Limits& limits);

}  // namespace vaecomp
