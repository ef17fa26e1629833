// Kinds are told by content, also those that are not read, and what to do about them.
#include "tools/image_io/file_kind.h"

#include <doctest/doctest.h>

#include <string>

namespace vaecomp {
namespace {

using namespace std::string_literals;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
FileKind kind_of(const std::string& head) { return identify(bytes_of(head)); }

// A BMP, an icon and an ISO media file with these fields, the rest zeros.
std::string bmp(char header_size) { return "BM" + std::string(12, '\0') + header_size + "\0\0\0"s; }
std::string icon(char type) { return "\0\0"s + type + "\0\1\0\x10\x10"s + std::string(16, '\0'); }
std::string media(const std::string& brands) {
  return "\0\0\0"s + static_cast<char>(brands.size() + 8) + "ftyp" + brands;
}

TEST_CASE("what is read") {
  CHECK(kind_of("\xD6VAE\x01") == FileKind::kVaec);
  CHECK(kind_of("VAEM") == FileKind::kVaem);
  CHECK(kind_of("\x89PNG\r\n\x1A\n") == FileKind::kPng);
  CHECK(kind_of("\xFF\xD8\xFF\xE0") == FileKind::kJpeg);
  for (const char digit : "1234567"s) {
    CHECK(kind_of("P"s + digit + "\n1 1") == FileKind::kPnm);
    CHECK(kind_of("P"s + digit + "#x\n1 1") == FileKind::kPnm);
  }
  CHECK(kind_of("PF\n1 1\n1\n") == FileKind::kPfm);
  CHECK(kind_of("Pf 1 1\n1\n") == FileKind::kPfm);
}

TEST_CASE("what is known by name") {
  const struct {
    std::string head;
    FileKind kind;
    std::string message;
  } rows[] = {
      {"RIFF....WEBPVP8 ", FileKind::kWebp,
       "a WebP file, which is not read: convert it first, "
       "for example with dwebp"},
      {"GIF89a", FileKind::kGif, "a GIF file, .* magick"},
      {"GIF87a", FileKind::kGif, "a GIF file, .* magick"},
      {bmp(40), FileKind::kBmp, "a BMP file, .* magick"},
      {bmp(12), FileKind::kBmp, "a BMP file, .* magick"},
      {"II*\0abcd"s, FileKind::kTiff, "a TIFF file, .* tifftopnm or magick"},
      {"MM\0*abcd"s, FileKind::kTiff, "a TIFF file, .* tifftopnm or magick"},
      {"II+\0\x08\0"s, FileKind::kTiff, "a TIFF file, .* tifftopnm or magick"},
      {"MM\0+\0\x08"s, FileKind::kTiff, "a TIFF file, .* tifftopnm or magick"},
      {media("heic\0\0\0\0mif1heic"s), FileKind::kHeic, "a HEIC file, .* heif-convert"},
      {media("mif1\0\0\0\0mif1heic"s), FileKind::kHeic, "a HEIC file, .* heif-convert"},
      {media("heix\0\0\0\0"s), FileKind::kHeic, "a HEIC file, .* heif-convert"},
      {media("avif\0\0\0\0mif1miaf"s), FileKind::kAvif, "an AVIF file, .* avifdec"},
      {media("mif1\0\0\0\0miafavif"s), FileKind::kAvif, "an AVIF file, .* avifdec"},
      {media("avis\0\0\0\0msf1"s), FileKind::kAvif, "an AVIF file, .* avifdec"},
      {media("mif1\0\0\0\0miaf"s), FileKind::kHeif, "a HEIF file, .* heif-convert"},
      {media("isom\0\0\0\0mp42"s), FileKind::kVideo, "a video file, .* ffmpeg"},
      {"\x1A\x45\xDF\xA3", FileKind::kVideo, "a video file, .* ffmpeg"},
      {media("crx \0\0\0\1"s), FileKind::kCameraRaw, "a camera RAW file, .* dcraw_emu"},
      {"II*\0\x10\0\0\0CR\x02\0"s, FileKind::kCameraRaw, "a camera RAW file, .* dcraw_emu"},
      {"FUJIFILMCCD-RAW 0201", FileKind::kCameraRaw, "a camera RAW file, .* dcraw_emu"},
      {"IIU\0\x08\0"s, FileKind::kCameraRaw, "a camera RAW file, .* dcraw_emu"},
      {"IIRO\x08\0"s, FileKind::kCameraRaw, "a camera RAW file, .* dcraw_emu"},
      {"\xFF\x0A..", FileKind::kJxl, "a JPEG XL file, .* djxl"},
      {"\0\0\0\x0CJXL \r\n\x87\n"s, FileKind::kJxl, "a JPEG XL file, .* djxl"},
      {"\0\0\0\x0CjP  \r\n\x87\n"s, FileKind::kJpeg2000, "a JPEG 2000 file, .* opj_decompress"},
      {"\xFF\x4F\xFF\x51\0"s, FileKind::kJpeg2000, "a JPEG 2000 file, .* opj_decompress"},
      {"II\xBC\x01", FileKind::kJpegXr, "a JPEG XR file, .* JxrDecApp"},
      {"8BPS\0\1"s, FileKind::kPsd, "a Photoshop file, .* magick"},
      {icon(1), FileKind::kIco, "an ICO file, .* magick"},
      {icon(2), FileKind::kIco, "an ICO file, .* magick"},
      {"<svg xmlns='x'>", FileKind::kSvg, "an SVG file, .* rsvg-convert"},
      {"\xEF\xBB\xBF \n<?xml version='1.0'?>\n<!-- x --><svg>", FileKind::kSvg,
       "an SVG file, .* rsvg-convert"},
      {"%PDF-1.7", FileKind::kPdf, "a PDF file, .* pdftoppm"},
      {"%!PS-Adobe", FileKind::kPostScript, "a PostScript file, .* magick"},
      {"qoif\0\0"s, FileKind::kQoi, "a QOI file, .* magick"},
      {"\x76\x2F\x31\x01", FileKind::kExr, "an OpenEXR file, .* exrtopng or magick"},
      {"#?RADIANCE\n", FileKind::kHdr, "a Radiance HDR file, .* magick"},
      {"gimp xcf v011", FileKind::kXcf, "a GIMP XCF file, .* xcf2png"},
      {"DDS \x7C\0\0\0"s, FileKind::kDds, "a DDS file, .* magick"},
      {"BPG\xFB", FileKind::kBpg, "a BPG file, .* bpgdec"},
      {"\x89PNG\r\n\x1A\n\0\0\0\x04"
       "CgBI"s,
       FileKind::kApplePng, "an Apple CgBI PNG file, .* pngcrush"},
      {"\xD6VAE\x01", FileKind::kVaec, "already a vaec stream: .* vaecomp decode"},
      {"VAEM\x02", FileKind::kVaem, "a vaem model file, .* --model"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    CHECK(kind_of(row.head) == row.kind);
    const Error error = not_read(bytes_of(row.head));
    CHECK(error.code == ErrorCode::kUnsupportedFeature);
    CHECK(error.offset == 0);
    const std::size_t gap = row.message.find(".*");
    CHECK(error.text.starts_with(row.message.substr(0, gap)));
    if (gap != row.message.npos)
      CHECK(error.text.find(row.message.substr(gap + 3)) != error.text.npos);
  }
}

TEST_CASE("what is nothing, though it begins like something") {
  for (const std::string& head :
       {""s, "P"s, "hello"s, "\x89PNG\n\x1A\n"s, "BMW, a car maker, and more words"s, "P6x 1 1"s,
        "PFx"s, "RIFF....WAVEfmt "s, "<html><body></body>"s, "\0\0\1\0"s, "\0\0\0\x18"s,
        "GIF is a format"s}) {
    CAPTURE(head);
    CHECK(kind_of(head) == FileKind::kUnknown);
    CHECK(not_read(bytes_of(head)).code ==
          (head.empty() ? ErrorCode::kTruncated : ErrorCode::kCorrupt));
  }
  CHECK(not_read({}).text == "the file is empty");
  CHECK(not_read(Bytes(100, 'x')).text.starts_with("not a picture: only PNG, JPEG, "));
}

TEST_CASE("any head is looked at within its bounds") {
  for (const std::string& whole :
       {media("mif1\0\0\0\0miafavif"s), bmp(40), icon(1), "\0\0\0\0ftypmif1"s,
        "\xFF\xFF\xFF\xFF"
        "ftypmif1"s}) {
    for (std::size_t size = 0; size <= whole.size(); ++size)
      identify(bytes_of(whole.substr(0, size)));
  }
}

}  // namespace
}  // namespace vaecomp
