// Places go, the rest stays, and what cannot be edited is refused.
#include "tools/image_io/places/places.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/pictures.h"
#include "tools/image_io/photoshop_resources.h"

namespace vaecomp {
namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }
bool contains(const Bytes& bytes, std::string_view text) {
  return text_of(bytes).find(text) != std::string::npos;
}

// A TIFF block with Make, a GPS directory with a latitude, and Artist.
class ExifMaker {
 public:
  explicit ExifMaker(bool big_endian) : big_endian_(big_endian) {}

  Bytes make(std::uint32_t gps_values = 100) {
    block_ = bytes_of(big_endian_ ? "MM" : "II");
    put(42, 2), put(8, 4);
    put(3, 2);  // at 8: IFD0
    entry(0x010F, 2, 8, 50);
    entry(0x8825, 4, 1, 66);
    entry(0x013B, 2, 8, 58);
    put(0, 4);
    append("GoodCam\0"), append("A. Body\0");
    put(2, 2);  // at 66: GPS
    entry(1, 2, 2, big_endian_ ? 0x4E000000 : 0x4E);
    entry(2, 5, 1, gps_values);
    put(0, 4);
    block_.resize(100);
    append("LATITUDE");
    return block_;
  }

 private:
  void append(std::string_view text) {
    block_.insert(block_.end(), text.begin(), text.end());
    if (text.size() == 7) block_.push_back(0);
  }
  void put(std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      block_.push_back(static_cast<std::uint8_t>(value >> 8 * (big_endian_ ? bytes - 1 - i : i)));
  }
  void entry(std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) {
    put(tag, 2), put(type, 2), put(count, 4), put(value, 4);
  }

  bool big_endian_;
  Bytes block_;
};

TEST_CASE("the GPS directory goes out of EXIF") {
  for (const bool big_endian : {false, true}) {
    const Bytes before = ExifMaker(big_endian).make();
    Bytes after = before;
    REQUIRE(forget_exif_places(after));
    CHECK(after.size() == before.size());
    CHECK(contains(after, "GoodCam"));
    CHECK(contains(after, "A. Body"));
    CHECK_FALSE(contains(after, "LATITUDE"));
    CHECK(after[big_endian ? 9 : 8] == 2);  // entries
    CHECK(
        std::all_of(after.begin() + 66, after.end(), [](std::uint8_t byte) { return byte == 0; }));
    const Bytes once = after;
    REQUIRE(forget_exif_places(after));
    CHECK(after == once);
  }
}

TEST_CASE("EXIF whose parts lie across each other is refused") {
  Bytes crossed = ExifMaker(true).make(10);  // the latitude is said to be in IFD0
  CHECK_FALSE(forget_exif_places(crossed));
  Bytes junk = bytes_of("no TIFF at all");
  CHECK_FALSE(forget_exif_places(junk));
  Bytes loop = ExifMaker(true).make();
  loop[49] = 8;  // the next directory is the first
  CHECK_FALSE(forget_exif_places(loop));
}

TEST_CASE("damaged EXIF never crashes") {
  test::Random random(5);
  for (int round = 0; round < 20000; ++round) {
    Bytes damaged = ExifMaker(round % 2 == 0).make();
    for (int k = 0; k < 3; ++k)
      damaged[random.below(static_cast<int>(damaged.size()))] =
          static_cast<std::uint8_t>(random.below(256));
    const std::size_t size = damaged.size();
    if (forget_exif_places(damaged)) CHECK(damaged.size() == size);
  }
}

constexpr std::string_view kPacket =
    "<?xpacket begin='\xEF\xBB\xBF' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description rdf:about='' xmlns:ps = 'http://ns.adobe.com/photoshop/1.0/' "
    "xmlns:exif='http://ns.adobe.com/exif/1.0/' ps:City='Rome > all' exif:FNumber=\"28/10\"\n"
    " exif:GPSLatitude = \"41,54N\" xmlns:e='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>"
    "<e:LocationShown><rdf:Bag><rdf:li><rdf:Description><e:City>Rome</e:City></rdf:Description>"
    "</rdf:li></rdf:Bag></e:LocationShown><exif:GPSAltitude/><ps:Headline>Kept</ps:Headline>"
    "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";

TEST_CASE("places go out of XMP, byte for byte nothing else") {
  Bytes xmp = bytes_of(kPacket);
  REQUIRE(forget_xmp_places(xmp));
  std::string expected(kPacket);
  for (const std::string_view gone :
       {std::string_view(" ps:City='Rome > all'"),
        std::string_view("\n exif:GPSLatitude = \"41,54N\""),
        kPacket.substr(kPacket.find("<e:Loc"), kPacket.find("<ps:Head") - kPacket.find("<e:Loc"))})
    expected.erase(expected.find(gone), gone.size());
  CHECK(text_of(xmp) == expected);
  REQUIRE(forget_xmp_places(xmp));
  CHECK(text_of(xmp) == expected);
}

TEST_CASE("XMP that is no plain XML is refused") {
  for (const std::string_view bad :
       {std::string_view("<x>"), std::string_view("no XML"), std::string_view("<x a='1' a='2'/>"),
        std::string_view("<!DOCTYPE x [<!ENTITY e 'GPS'>]><x>&e;</x>"),
        std::string_view("<x xmlns:y='u'><z:City/></x>"), std::string_view("\xFF\xFE<\0x\0", 6)}) {
    Bytes xmp = bytes_of(bad);
    CAPTURE(text_of(xmp));
    CHECK_FALSE(forget_xmp_places(xmp));
  }
}

TEST_CASE("truncated XMP never crashes and never passes") {
  for (std::size_t size = 0; size < kPacket.size() - 1; ++size) {
    Bytes xmp = bytes_of(kPacket.substr(0, size));
    if (forget_xmp_places(xmp)) CHECK_FALSE(contains(xmp, "Rome"));
  }
}

Bytes dataset(char number, const std::string& text) {
  const std::string head{'\x1C', '\x02', number, '\0', static_cast<char>(text.size())};
  return bytes_of(head + text);
}

TEST_CASE("places go out of IPTC") {
  Bytes record;
  for (const Bytes& set : {dataset(80, "A. Body"), dataset(90, "Rome"), dataset(101, "Italy"),
                           dataset(105, "Headline")})
    record.insert(record.end(), set.begin(), set.end());
  Bytes resources, unchanged;
  append_resource(unchanged, 0x03ED, Bytes{1, 2, 3});
  append_resource(resources, kIptcResource, record);
  append_resource(resources, 0x0425, Bytes(16, 7));
  append_resource(resources, 0x0422, bytes_of("EXIF"));
  append_resource(resources, 0x0424, bytes_of(kPacket));
  resources.insert(resources.end(), unchanged.begin(), unchanged.end());
  REQUIRE(forget_iptc_places(resources));
  for (const char* gone : {"Rome", "Italy", "EXIF", "41,54N"})
    CHECK_FALSE(contains(resources, gone));
  for (const char* kept : {"A. Body", "Headline", "Kept"}) CHECK(contains(resources, kept));
  const auto parsed = photoshop_resources(resources);
  REQUIRE(parsed.has_value());
  REQUIRE(parsed->size() == 3);
  CHECK((*parsed)[0].id == kIptcResource);
  CHECK(Bytes((*parsed)[2].whole.begin(), (*parsed)[2].whole.end()) == unchanged);

  Bytes same = resources;
  REQUIRE(forget_iptc_places(same));
  CHECK(same == resources);
}

TEST_CASE("IPTC that is malformed is refused") {
  Bytes cut, junk = bytes_of("8BIX..............");
  Bytes record = dataset(90, "Rome");
  record[4] = 50;
  append_resource(cut, kIptcResource, record);
  CHECK_FALSE(forget_iptc_places(cut));
  CHECK_FALSE(forget_iptc_places(junk));
  Bytes short_one = bytes_of(std::string_view("8BIM\4\4\0\0\0\0\0\x9", 12));
  CHECK_FALSE(forget_iptc_places(short_one));
}

TEST_CASE("texts go by their keys; blocks that cannot be edited go whole and are named") {
  Metadata metadata;
  metadata.text = {{"exif:GPSLatitude", "", "", "41"},
                   {"City", "", "", "Rome"},
                   {"Raw profile type xmp", "", "", "3c"},
                   {"Capacity", "", "", "kept"},
                   {"Comment", "", "", "kept"}};
  metadata.exif = {1, 2, 3};
  metadata.xmp = bytes_of("<x/>");
  metadata.iptc = {9};
  CHECK(forget_places(metadata) == std::vector<std::string>{"EXIF", "IPTC"});
  REQUIRE(metadata.text.size() == 2);
  CHECK(metadata.text[0].key == "Capacity");
  CHECK(metadata.xmp == bytes_of("<x/>"));
  CHECK(metadata.exif.empty());
}

}  // namespace
}  // namespace vaecomp
