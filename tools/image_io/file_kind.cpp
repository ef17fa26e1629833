// Signatures as the formats' specifications have them; where two or three bytes are too few to be
// sure, fields behind them are looked at.
#include "tools/image_io/file_kind.h"

#include <algorithm>
#include <array>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

using namespace std::string_view_literals;

struct Signature {
  FileKind kind;
  std::size_t offset;
  std::string_view bytes;
};

constexpr std::array kSignatures{
    Signature{FileKind::kVaec, 0, "\xD6VAE"sv},
    Signature{FileKind::kVaem, 0, "VAEM"sv},
    Signature{FileKind::kApplePng, 0,
              "\x89PNG\r\n\x1A\n\0\0\0\x04"
              "CgBI"sv},
    Signature{FileKind::kPng, 0, "\x89PNG\r\n\x1A\n"sv},
    Signature{FileKind::kJpeg, 0, "\xFF\xD8\xFF"sv},
    Signature{FileKind::kGif, 0, "GIF87a"sv},
    Signature{FileKind::kGif, 0, "GIF89a"sv},
    Signature{FileKind::kCameraRaw, 0, "II*\0\x10\0\0\0CR\x02\0"sv},  // Canon's CR2
    Signature{FileKind::kCameraRaw, 0, "IIU\0"sv},                    // Panasonic's RW2
    Signature{FileKind::kCameraRaw, 0, "IIRO"sv},                     // Olympus' ORF
    Signature{FileKind::kCameraRaw, 0, "IIRS"sv},
    Signature{FileKind::kCameraRaw, 0, "FUJIFILMCCD-RAW"sv},
    Signature{FileKind::kCameraRaw, 4, "ftypcrx "sv},  // Canon's CR3
    Signature{FileKind::kTiff, 0, "II*\0"sv},
    Signature{FileKind::kTiff, 0, "MM\0*"sv},
    Signature{FileKind::kTiff, 0, "II+\0"sv},  // BigTIFF
    Signature{FileKind::kTiff, 0, "MM\0+"sv},
    Signature{FileKind::kJpegXr, 0, "II\xBC\x01"sv},
    Signature{FileKind::kJxl, 0, "\xFF\x0A"sv},
    Signature{FileKind::kJxl, 0, "\0\0\0\x0CJXL \r\n\x87\n"sv},
    Signature{FileKind::kJpeg2000, 0, "\0\0\0\x0CjP  \r\n\x87\n"sv},
    Signature{FileKind::kJpeg2000, 0, "\xFF\x4F\xFF\x51"sv},
    Signature{FileKind::kPsd, 0, "8BPS"sv},
    Signature{FileKind::kPdf, 0, "%PDF-"sv},
    Signature{FileKind::kPostScript, 0, "%!PS"sv},
    Signature{FileKind::kQoi, 0, "qoif"sv},
    Signature{FileKind::kExr, 0, "\x76\x2F\x31\x01"sv},
    Signature{FileKind::kHdr, 0, "#?RADIANCE"sv},
    Signature{FileKind::kHdr, 0, "#?RGBE"sv},
    Signature{FileKind::kXcf, 0, "gimp xcf "sv},
    Signature{FileKind::kDds, 0, "DDS \x7C\0\0\0"sv},
    Signature{FileKind::kBpg, 0, "BPG\xFB"sv},
    Signature{FileKind::kVideo, 0, "\x1A\x45\xDF\xA3"sv},  // Matroska, WebM
    Signature{FileKind::kPcx, 0, "\x0A\x05\x01"sv},
    Signature{FileKind::kSgi, 0, "\x01\xDA\0\x01\0"sv},    // as it is, or
    Signature{FileKind::kSgi, 0, "\x01\xDA\x01\x01\0"sv},  // with runs; of 8 bits
    Signature{FileKind::kMng, 0, "\x8AMNG\r\n\x1A\n"sv},
    Signature{FileKind::kXpm, 0, "/* XPM */"sv},
    Signature{FileKind::kSunRaster, 0, "\x59\xA6\x6A\x95"sv},
    Signature{FileKind::kFits, 0, "SIMPLE  ="sv},
    Signature{FileKind::kFarbfeld, 0, "farbfeld"sv},
    Signature{FileKind::kDjvu, 0, "AT&TFORM"sv},
};

// How a kind is called, with its article, and who turns it into one that is read.
struct Naming {
  FileKind kind;
  std::string_view article, name, converter;
};

constexpr std::array kNamings{
    Naming{FileKind::kVaec, "a", "vaec", ""},
    Naming{FileKind::kVaem, "a", "vaem model", ""},
    Naming{FileKind::kPng, "a", "PNG", ""},
    Naming{FileKind::kPnm, "a", "PNM", ""},
    Naming{FileKind::kPfm, "a", "PFM", ""},
    Naming{FileKind::kJpeg, "a", "JPEG", ""},
    Naming{FileKind::kWebp, "a", "WebP", "dwebp"},
    Naming{FileKind::kGif, "a", "GIF", "magick"},
    Naming{FileKind::kBmp, "a", "BMP", "magick"},
    Naming{FileKind::kTiff, "a", "TIFF", "tifftopnm or magick"},
    Naming{FileKind::kHeic, "a", "HEIC", "heif-convert"},
    Naming{FileKind::kAvif, "an", "AVIF", "avifdec"},
    Naming{FileKind::kHeif, "a", "HEIF", "heif-convert"},
    Naming{FileKind::kJxl, "a", "JPEG XL", "djxl"},
    Naming{FileKind::kJpeg2000, "a", "JPEG 2000", "opj_decompress"},
    Naming{FileKind::kJpegXr, "a", "JPEG XR", "JxrDecApp"},
    Naming{FileKind::kPsd, "a", "Photoshop", "magick"},
    Naming{FileKind::kIco, "an", "ICO", "magick"},
    Naming{FileKind::kSvg, "an", "SVG", "rsvg-convert"},
    Naming{FileKind::kPdf, "a", "PDF", "pdftoppm"},
    Naming{FileKind::kPostScript, "a", "PostScript", "magick"},
    Naming{FileKind::kCameraRaw, "a", "camera RAW", "dcraw_emu or darktable-cli"},
    Naming{FileKind::kQoi, "a", "QOI", "magick"},
    Naming{FileKind::kExr, "an", "OpenEXR", "exrtopng or magick"},
    Naming{FileKind::kHdr, "a", "Radiance HDR", "magick"},
    Naming{FileKind::kXcf, "a", "GIMP XCF", "xcf2png"},
    Naming{FileKind::kDds, "a", "DDS", "magick"},
    Naming{FileKind::kBpg, "a", "BPG", "bpgdec"},
    Naming{FileKind::kVideo, "a", "video", "ffmpeg"},
    Naming{FileKind::kPcx, "a", "PCX", "pcxtoppm or magick"},
    Naming{FileKind::kSgi, "an", "SGI", "sgitopnm or magick"},
    Naming{FileKind::kMng, "an", "MNG", "magick"},
    Naming{FileKind::kXpm, "an", "XPM", "xpmtoppm or magick"},
    Naming{FileKind::kSunRaster, "a", "Sun raster", "rasttopnm or magick"},
    Naming{FileKind::kFits, "a", "FITS", "fitstopnm or magick"},
    Naming{FileKind::kFarbfeld, "a", "farbfeld", "magick"},
    Naming{FileKind::kDjvu, "a", "DjVu", "ddjvu"},
    Naming{FileKind::kApplePng, "an", "Apple CgBI PNG", "pngcrush -revert-iphone-optimizations"},
};

constexpr std::string_view kReadKinds = "only PNG, JPEG, PBM, PGM, PPM, PAM and PFM are read";

std::string_view text_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Netpbm's magic numbers are two letters, which a text may begin with, too: white space or a
// comment must follow.
FileKind netpbm_kind(std::string_view head) {
  if (head.size() < 2 || head[0] != 'P') return FileKind::kUnknown;
  if (head.size() > 2 && !is_space(head[2]) && head[2] != '#') return FileKind::kUnknown;
  if (head[1] >= '1' && head[1] <= '7') return FileKind::kPnm;
  return head[1] == 'F' || head[1] == 'f' ? FileKind::kPfm : FileKind::kUnknown;
}

// The ISO base media files are told apart by their brands (ISO/IEC 14496-12, 4.3): the major one,
// or if that is a general one those that it says it is compatible with.
FileKind media_kind(ByteSpan file) {
  const std::string_view head = text_of(file);
  if (head.size() < 12 || head.substr(4, 4) != "ftyp") return FileKind::kUnknown;
  const std::size_t size = load_be32(file, 0);
  const std::string_view box = head.substr(0, std::clamp<std::size_t>(size, 12, head.size()));
  bool heif = false;
  for (std::size_t at = 8; at + 4 <= box.size(); at += at == 8 ? 8 : 4) {
    const std::string_view brand = box.substr(at, 4);
    if (brand == "avif" || brand == "avis") return FileKind::kAvif;
    if (brand.starts_with("hei") || brand.starts_with("hev")) return FileKind::kHeic;
    if (brand == "mif1" || brand == "msf1" || brand == "mif2") heif = true;
  }
  return heif ? FileKind::kHeif : FileKind::kVideo;
}

// A BMP by its header's size (12 for OS/2, 40 for Windows, ...): "BM" begins words, too.
bool is_bmp(std::string_view head) {
  constexpr std::string_view kHeaderSizes = "\x0C\x10\x28\x34\x38\x40\x6C\x7C";
  return head.size() >= 18 && head.starts_with("BM") && head.substr(15, 3) == "\0\0\0"sv &&
         kHeaderSizes.find(head[14]) != kHeaderSizes.npos;
}

// Icons and cursors: a count of pictures, and a first entry whose fourth byte is 0.
bool is_ico(std::string_view head) {
  return head.size() >= 22 && (head.starts_with("\0\0\1\0"sv) || head.starts_with("\0\0\2\0"sv)) &&
         head[4] != 0 && head[5] == 0 && head[9] == 0;
}

// Markup that begins with the root element or gets to it soon.
bool is_svg(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  while (!head.empty() && is_space(head.front())) head.remove_prefix(1);
  return head.starts_with('<') && head.substr(0, 4096).find("<svg") != head.npos;
}

const Naming* naming_of(FileKind kind) {
  const auto* found = std::find_if(kNamings.begin(), kNamings.end(),
                                   [kind](const Naming& naming) { return naming.kind == kind; });
  return found == kNamings.end() ? nullptr : found;
}

}  // namespace

FileKind identify(ByteSpan head) {
  const std::string_view text = text_of(head);
  for (const Signature& signature : kSignatures) {
    if (text.size() >= signature.offset &&
        text.substr(signature.offset).starts_with(signature.bytes))
      return signature.kind;
  }
  if (text.starts_with("RIFF") && text.size() >= 12)
    return text.substr(8, 4) == "WEBP" ? FileKind::kWebp : FileKind::kUnknown;
  if (is_bmp(text)) return FileKind::kBmp;
  if (is_ico(text)) return FileKind::kIco;
  if (is_svg(text)) return FileKind::kSvg;
  if (const FileKind kind = netpbm_kind(text); kind != FileKind::kUnknown) return kind;
  return media_kind(head);
}

std::string kind_with_article(FileKind kind) {
  const Naming* naming = naming_of(kind);
  if (naming == nullptr) return "an unknown";
  return std::string(naming->article) + " " + std::string(naming->name);
}

Error not_read(ByteSpan head) {
  if (head.empty()) return {ErrorCode::kTruncated, "the file is empty", 0};
  const FileKind kind = identify(head);
  const Naming* naming = naming_of(kind);
  if (kind == FileKind::kVaec) {
    return {ErrorCode::kUnsupportedFeature,
            "already a vaec stream: to encode it anew, first type vaecomp decode STREAM -o "
            "PICTURE.png",
            0};
  }
  if (kind == FileKind::kVaem) {
    return {ErrorCode::kUnsupportedFeature,
            "a vaem model file, not a picture: name it with --model", 0};
  }
  if (naming == nullptr) {
    return {ErrorCode::kCorrupt, "not a picture: " + std::string(kReadKinds), 0};
  }
  return {ErrorCode::kUnsupportedFeature,
          kind_with_article(kind) +
              " file, which is not read: convert it first, for example with " +
              std::string(naming->converter),
          0};
}

}  // namespace vaecomp
