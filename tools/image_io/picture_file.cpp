// Tells the kinds of files apart and hands each to its reader.
#include "tools/image_io/picture_file.h"

#include <algorithm>
#include <array>
#include <string>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"

namespace vaecomp {
namespace {

struct Signature {
  FileKind kind;
  std::size_t offset;
  std::string_view bytes;
  std::string_view name;
};

using namespace std::string_view_literals;

// The first entry of a kind gives its name.
constexpr std::array kSignatures{
    Signature{FileKind::kVaec, 0, "\xD6VAE"sv, "vaec"},
    Signature{FileKind::kVaem, 0, "VAEM"sv, "vaem model"},
    Signature{FileKind::kPng, 0, "\x89PNG\r\n\x1A\n"sv, "PNG"},
    Signature{FileKind::kPnm, 0, "P6"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P5"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P1"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P2"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P3"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P4"sv, "PNM"},
    Signature{FileKind::kPnm, 0, "P7"sv, "PNM"},
    Signature{FileKind::kJpeg, 0, "\xFF\xD8\xFF"sv, "JPEG"},
    Signature{FileKind::kWebp, 8, "WEBP"sv, "WebP"},
    Signature{FileKind::kGif, 0, "GIF8"sv, "GIF"},
    Signature{FileKind::kBmp, 0, "BM"sv, "BMP"},
    Signature{FileKind::kTiff, 0, "II*\0"sv, "TIFF"},
    Signature{FileKind::kTiff, 0, "MM\0*"sv, "TIFF"},
    Signature{FileKind::kHeif, 4, "ftyp"sv, "HEIF or AVIF"},
    Signature{FileKind::kJxl, 0, "\xFF\x0A"sv, "JPEG XL"},
    Signature{FileKind::kJxl, 4, "JXL "sv, "JPEG XL"},
};

constexpr std::string_view kReadKinds = "only PNG, JPEG, PPM, PGM and PAM are read";

bool matches(const Signature& signature, ByteSpan head) {
  return head.size() >= signature.offset + signature.bytes.size() &&
         std::equal(signature.bytes.begin(), signature.bytes.end(),
                    head.begin() + static_cast<std::ptrdiff_t>(signature.offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace

FileKind identify(ByteSpan head) {
  for (const Signature& signature : kSignatures) {
    if (matches(signature, head)) return signature.kind;
  }
  return FileKind::kUnknown;
}

std::string_view kind_name(FileKind kind) {
  for (const Signature& signature : kSignatures) {
    if (signature.kind == kind) return signature.name;
  }
  return "unknown";
}

Result<Image> read_picture(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  const FileKind kind = identify(file);
  switch (kind) {
    case FileKind::kPng:
      return read_png(file, options, remarks);
    case FileKind::kPnm:
      return read_pnm(file, options, remarks);
    case FileKind::kJpeg:
      return read_jpeg(file, options, remarks);
    case FileKind::kUnknown:
      if (file.empty()) return Error{ErrorCode::kTruncated, "the file is empty", 0};
      return Error{ErrorCode::kCorrupt, "not a picture: " + std::string(kReadKinds), 0};
    default:
      return Error{ErrorCode::kUnsupportedFeature,
                   "a " + std::string(kind_name(kind)) + " file: " + std::string(kReadKinds), 0};
  }
}

}  // namespace vaecomp
