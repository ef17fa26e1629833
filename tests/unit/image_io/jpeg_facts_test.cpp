// What JPEG's segments say: metadata, what is left out, what follows the picture.
#include "tools/image_io/jpeg_facts.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/motion_xmp.h"

namespace vaecomp {
namespace {

using namespace std::string_literals;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// A segment with a marker from APP0 on.
Bytes app(int number, const std::string& content) {
  const std::size_t length = content.size() + 2;
  Bytes segment{0xFF, static_cast<std::uint8_t>(0xE0 + number),
                static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  segment.insert(segment.end(), content.begin(), content.end());
  return segment;
}

// A small JPEG with these segments instead of JFIF's, and bytes after its end.
Bytes jpeg_with(const std::vector<Bytes>& segments, const std::string& after = {}) {
  const Image pixel{.samples = {1, 2, 3}, .width = 1, .height = 1, .channels = 3};
  const Bytes plain = write_jpeg(pixel.view()).value();
  Bytes file{0xFF, 0xD8};
  for (const Bytes& segment : segments) file.insert(file.end(), segment.begin(), segment.end());
  file.insert(file.end(), plain.begin() + 20, plain.end());
  file.insert(file.end(), after.begin(), after.end());
  return file;
}

struct Found {
  Metadata metadata;
  Remarks remarks;
};

Found read(const Bytes& file) {
  Found found;
  Result<Image> image = read_jpeg(file, {}, &found.remarks);
  if (!image) FAIL(image.error().message());
  found.metadata = std::move(image->metadata);
  return found;
}

std::string jfif(int unit, int x, int y) {
  std::string content = "JFIF\0\1\1"s;
  for (const int byte : {unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0})
    content += static_cast<char>(byte);
  return content;
}

Bytes physical(std::uint32_t x, std::uint32_t y, std::uint8_t unit) {
  Bytes content;
  for (const std::uint32_t value : {x, y})
    for (int shift = 24; shift >= 0; shift -= 8)
      content.push_back(static_cast<std::uint8_t>(value >> shift));
  content.push_back(unit);
  return content;
}

TEST_CASE("JFIF's density becomes pHYs") {
  const struct {
    int unit, x, y;
    Bytes chunk;  // empty: none
  } rows[] = {
      {1, 300, 300, physical(11811, 11811, 1)},
      {1, 72, 96, physical(2835, 3780, 1)},
      {1, 1, 1, physical(39, 39, 1)},
      {1, 65535, 1, physical(2580118, 39, 1)},
      {2, 118, 118, physical(11800, 11800, 1)},
      {0, 1, 1, {}},
      {0, 7, 7, {}},
      {0, 4, 3, physical(4, 3, 0)},
      {1, 0, 300, {}},
      {3, 300, 300, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.x);
    const Metadata metadata = read(jpeg_with({app(0, jfif(row.unit, row.x, row.y))})).metadata;
    REQUIRE(metadata.display.size() == (row.chunk.empty() ? 0 : 1));
    if (!row.chunk.empty()) CHECK(metadata.display[0] == PngChunk{"pHYs", row.chunk});
  }
  CHECK(read(jpeg_with({})).metadata == Metadata());
}

TEST_CASE("Photoshop resources are joined in order, without their heads") {
  const std::string head = "Photoshop 3.0\0"s;
  const Found found =
      read(jpeg_with({app(13, head + "8BIM and"), app(12, "Ducky"), app(13, head + " more")}));
  CHECK(text_of(found.metadata.iptc) == "8BIM and more");
  REQUIRE(found.remarks.size() == 1);
  CHECK(found.remarks[0].text == "left out: APP12 Ducky");
}

TEST_CASE("the first EXIF and XMP count; all that is not kept is named once") {
  const std::string exif = "Exif\0\0"s, xmp = "http://ns.adobe.com/xap/1.0/\0"s;
  const Found found = read(jpeg_with({app(0, "JFIF\0\1\1\1\0\x48\0\x48\0\0"s), app(1, exif + "one"),
                                      app(1, exif + "two"), app(1, xmp + "<a/>"),
                                      app(1, "http://ns.adobe.com/xmp/extension/\0..."s),
                                      app(0, "JFXX\0.."s), app(5, ""), app(11, "JP\0\1"s),
                                      app(11, "JP\0\2"s), app(14, "Adobe\0d\0\0\0\0\1"s)}));
  CHECK(text_of(found.metadata.exif) == "one");
  CHECK(text_of(found.metadata.xmp) == "<a/>");
  REQUIRE(found.remarks.size() == 1);
  CHECK(found.remarks[0].kind == RemarkKind::kLeftOut);
  CHECK(found.remarks[0].text ==
        "left out: a second APP1 Exif, APP1 extended XMP, APP0 JFXX, APP5, APP11 JP");
}

TEST_CASE("multi-picture files are counted") {
  const std::string mpf = "MPF\0II*\0\x08\0\0\0\x02\0"s +
                          "\x00\xB0\x07\0\x04\0\0\0\x30\x31\x30\x30"s +
                          "\x01\xB0\x04\0\x01\0\0\0\x03\0\0\0"s + "\0\0\0\0"s;
  const Bytes file = jpeg_with({app(2, mpf)}, "\xFF\xD8\xFF\xE0 and so on");
  const Found found = read(file);
  REQUIRE(found.remarks.size() == 1);
  CHECK(found.remarks[0].kind == RemarkKind::kMore);
  CHECK(found.remarks[0].text == "a file of 3 pictures (MPO): only the first is kept");
  CHECK(read(jpeg_with({app(2, mpf)})).remarks.empty());  // the others are gone
  const Found next = read(jpeg_with({}, "\xFF\xD8\xFF\xE0 and so on"));
  CHECK(next.remarks.at(0).text == "another JPEG follows the picture: only the first is kept");
  for (std::size_t size = 4; size < mpf.size(); ++size)
    read(jpeg_with({app(2, mpf.substr(0, size))}, "\xFF\xD8\xFF"));
}

std::string packet(const std::string& attributes, const std::string& elements) {
  return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description rdf:about=\"\" "
         "xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\"" +
         attributes + ">" + elements + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

TEST_CASE("a motion photo's video is mentioned, and no longer announced") {
  const std::string head = "http://ns.adobe.com/xap/1.0/\0"s, video =
                                                                  "\0\0\0\x18"
                                                                  "ftypmp42"s;
  const Found found = read(jpeg_with(
      {app(1, head + packet(" GCamera:MotionPhoto=\"1\" GCamera:MicroVideoOffset='12' a=\"1\"",
                            "<GCamera:MotionPhotoVersion>1</GCamera:MotionPhotoVersion>"))},
      video));
  CHECK(text_of(found.metadata.xmp) == packet(" a=\"1\"", ""));
  REQUIRE(found.remarks.size() == 1);
  CHECK(found.remarks[0].kind == RemarkKind::kMore);
  CHECK(found.remarks[0].text ==
        "a motion photo: the picture is kept, not the video in the 12 bytes after it");
  // Without a video behind it the packet is kept as it is.
  const std::string lonely = packet(" GCamera:MotionPhoto=\"1\"", "");
  CHECK(text_of(read(jpeg_with({app(1, head + lonely)})).metadata.xmp) == lonely);
  // Samsung's trailer, without XMP.
  CHECK(read(jpeg_with({}, "....MotionPhoto_Data....")).remarks.at(0).kind == RemarkKind::kMore);
}

TEST_CASE("announcements in other forms") {
  const std::string list =
      "<Container:Directory><rdf:Seq><rdf:li rdf:parseType=\"Resource\"><Container:Item "
      "Item:Semantic=\"Primary\"/></rdf:li>";
  const std::string item =
      "<rdf:li rdf:parseType=\"Resource\"><Container:Item Item:Semantic=\"MotionPhoto\" "
      "Item:Length=\"12\"/></rdf:li>";
  const std::string end = "</rdf:Seq></Container:Directory>";
  Bytes xmp = bytes_of(packet("", list + item + end));
  CHECK(announces_video(xmp));
  CHECK(forget_announcements(xmp));
  CHECK(text_of(xmp) == packet("", list + end));
  CHECK_FALSE(announces_video(xmp));
  // A structure is not taken apart.
  Bytes nested = bytes_of(packet("", "<GCamera:MotionPhoto><a>1</a></GCamera:MotionPhoto>"));
  const Bytes before = nested;
  CHECK_FALSE(forget_announcements(nested));
  CHECK(nested == before);
  for (std::size_t size = 0; size < before.size(); ++size) {
    Bytes part(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(size));
    announces_video(part);
    forget_announcements(part);
  }
  Bytes gain = bytes_of(packet("", "<rdf:li><a Item:Semantic=\"GainMap\"/></rdf:li>"));
  CHECK(announces_gain_map(gain));
  CHECK(forget_announcements(gain));
  CHECK(text_of(gain) == packet("", ""));
}

}  // namespace
}  // namespace vaecomp
