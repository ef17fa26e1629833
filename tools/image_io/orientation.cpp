// Reads and changes one tag of a TIFF directory, and turns and mirrors planes.
#include "tools/image_io/orientation.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "tools/image_io/tiff_reader.h"

namespace vaecomp {
namespace {

constexpr std::uint16_t kOrientationTag = 0x0112, kShortType = 3;

std::uint64_t orientation_entry(const TiffReader& tiff) {
  return tiff.first_directory_entry(kOrientationTag);
}

// Makes the block's orientation 1 and ends its chain of directories after the first: the second is
// that of a thumbnail, which lies as the picture did. Precondition: exif_orientation(exif) != 1.
void forget_exif_orientation(Bytes& exif) {
  const auto tiff = TiffReader::open(exif);
  const std::uint64_t directory = tiff->number(4, 4);
  const std::uint64_t value = orientation_entry(*tiff) + 8;
  exif[value] = tiff->big_endian ? 0 : 1;
  exif[value + 1] = tiff->big_endian ? 1 : 0;
  const std::uint64_t next = directory + 2 + tiff->number(directory, 2) * kTiffEntryBytes;
  for (std::uint64_t i = next; i < std::min<std::uint64_t>(next + 4, exif.size()); ++i) exif[i] = 0;
}

// The same in an XMP packet, where the orientation is an attribute or an element.
void forget_xmp_orientation(Bytes& xmp) {
  for (const std::string_view mark :
       {"tiff:Orientation=\"", "tiff:Orientation='", "<tiff:Orientation>"}) {
    const auto found = std::search(xmp.begin(), xmp.end(), mark.begin(), mark.end());
    const auto digit = found + std::min<std::ptrdiff_t>(mark.size(), xmp.end() - found);
    if (digit != xmp.end() && *digit >= '2' && *digit <= '8') *digit = '1';
  }
}

// Where pixel (x, y) of the shown picture is stored, in a stored picture of this size.
std::pair<int, int> stored_at(int x, int y, int orientation, int width, int height) {
  switch (orientation) {
    case 2:
      return {width - 1 - x, y};
    case 3:
      return {width - 1 - x, height - 1 - y};
    case 4:
      return {x, height - 1 - y};
    case 5:
      return {y, x};
    case 6:
      return {y, height - 1 - x};
    case 7:
      return {width - 1 - y, height - 1 - x};
    case 8:
      return {width - 1 - y, x};
    default:
      return {x, y};
  }
}

bool exchanges_sides(int orientation) { return orientation >= 5; }

// Rows [begin, end) of the shown picture, from samples as `stored` has them.
template <typename Sample>
std::vector<Sample> turned(const std::vector<Sample>& samples, int channels, const Image& stored,
                           int orientation, int begin, int end) {
  std::vector<Sample> rows;
  if (samples.empty()) return rows;
  const int shown_width = exchanges_sides(orientation) ? stored.height : stored.width;
  rows.reserve(static_cast<std::size_t>(end - begin) * shown_width * channels);
  for (int y = begin; y < end; ++y) {
    for (int x = 0; x < shown_width; ++x) {
      const auto [from_x, from_y] = stored_at(x, y, orientation, stored.width, stored.height);
      const std::size_t at = (static_cast<std::size_t>(from_y) * stored.width + from_x) * channels;
      for (int c = 0; c < channels; ++c) rows.push_back(samples[at + c]);
    }
  }
  return rows;
}

}  // namespace

int exif_orientation(ByteSpan exif) {
  const auto tiff = TiffReader::open(exif);
  const std::uint64_t entry = tiff ? orientation_entry(*tiff) : 0;
  if (entry == 0) return 1;
  const std::uint32_t value = tiff->number(entry + 8, 2);
  return tiff->number(entry + 2, 2) == kShortType && value >= 1 && value <= 8
             ? static_cast<int>(value)
             : 1;
}

Image oriented_rows(const Image& stored, int orientation, int begin, int end) {
  const int channels = stored.channels;
  return {.samples = turned(stored.samples, channels, stored, orientation, begin, end),
          .width = exchanges_sides(orientation) ? stored.height : stored.width,
          .height = end - begin,
          .channels = channels,
          .samples16 = turned(stored.samples16, channels, stored, orientation, begin, end),
          .alpha = turned(stored.alpha, 1, stored, orientation, begin, end)};
}

Image oriented(Image image, int orientation) {
  if (orientation == 1) return image;
  Image shown = oriented_rows(image, orientation, 0,
                              exchanges_sides(orientation) ? image.width : image.height);
  shown.metadata = std::move(image.metadata);
  return shown;
}

PictureHead oriented_head(PictureHead head, int orientation) {
  if (exchanges_sides(orientation)) std::swap(head.width, head.height);
  return head;
}

void forget_orientation(Metadata& metadata) {
  if (exif_orientation(metadata.exif) == 1) return;
  forget_exif_orientation(metadata.exif);
  forget_xmp_orientation(metadata.xmp);
}

Image upright(Image image) {
  const int orientation = exif_orientation(image.metadata.exif);
  if (orientation == 1) return image;
  forget_orientation(image.metadata);
  return oriented(std::move(image), orientation);
}

}  // namespace vaecomp
