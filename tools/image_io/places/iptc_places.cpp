// IPTC's datasets, one after the other: a mark, record, number, length, content (IIM 4.2, 1.5).
#include <algorithm>
#include <iterator>
#include <optional>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/photoshop_resources.h"
#include "tools/image_io/places/places.h"

namespace vaecomp {
namespace {

constexpr std::uint32_t kExifResources[] = {0x0422, 0x0423};
constexpr std::uint32_t kXmpResource = 0x0424, kIptcDigestResource = 0x0425;
constexpr std::uint8_t kDatasetMark = 0x1C, kApplicationRecord = 2;
// Content location code and name, city, sub-location, province, country code and name.
constexpr std::uint8_t kPlaces[] = {26, 27, 90, 92, 95, 100, 101};
constexpr std::size_t kDatasetHead = 5;
constexpr std::uint32_t kExtended = 0x8000;  // the rest of the length is the length of the length

// Bytes of the dataset that `rest` begins with, or nothing.
std::optional<std::size_t> dataset_bytes(ByteSpan rest) {
  if (rest.size() < kDatasetHead || rest[0] != kDatasetMark) return std::nullopt;
  std::uint64_t length = load_be16(rest, 3), head = kDatasetHead;
  if ((length & kExtended) != 0) {
    const std::uint64_t digits = length & ~std::uint64_t{kExtended};
    head += digits;
    if (digits == 0 || digits > 4 || head > rest.size()) return std::nullopt;
    length = 0;
    for (std::size_t i = kDatasetHead; i < head; ++i) length = length << 8 | rest[i];
  }
  if (length > rest.size() - head) return std::nullopt;
  return static_cast<std::size_t>(head + length);
}

// A record without places, or nothing if it is malformed.
std::optional<Bytes> without_places(ByteSpan record) {
  Bytes left;
  while (!record.empty()) {
    const std::optional<std::size_t> size = dataset_bytes(record);
    if (!size) {
      // Some writers fill up with zeros.
      if (std::any_of(record.begin(), record.end(), [](std::uint8_t byte) { return byte != 0; }))
        return std::nullopt;
      break;
    }
    const bool place =
        record[1] == kApplicationRecord &&
        std::find(std::begin(kPlaces), std::end(kPlaces), record[2]) != std::end(kPlaces);
    if (!place)
      left.insert(left.end(), record.begin(), record.begin() + static_cast<std::ptrdiff_t>(*size));
    record = record.subspan(*size);
  }
  return left;
}

}  // namespace

bool forget_iptc_places(Bytes& block) {
  const auto resources = photoshop_resources(block);
  if (!resources) return false;
  Bytes left;
  bool changed = false;
  for (const PhotoshopResource& resource : *resources) {
    Bytes content(resource.content.begin(), resource.content.end());
    bool goes = std::find(std::begin(kExifResources), std::end(kExifResources), resource.id) !=
                std::end(kExifResources);
    if (resource.id == kIptcResource) {
      std::optional<Bytes> record = without_places(resource.content);
      if (!record) return false;
      content = *std::move(record);
      goes = content.empty();
    } else if (resource.id == kXmpResource) {
      goes = !forget_xmp_places(content);
    }
    if (goes) {
      changed = true;
    } else if (std::equal(content.begin(), content.end(), resource.content.begin(),
                          resource.content.end())) {
      left.insert(left.end(), resource.whole.begin(), resource.whole.end());
    } else {
      append_resource(left, resource.id, content);
      changed = true;
    }
  }
  if (!changed) return true;
  block.clear();
  const auto rest = photoshop_resources(left);
  if (!rest) return false;
  for (const PhotoshopResource& resource : *rest)
    if (resource.id != kIptcDigestResource)
      block.insert(block.end(), resource.whole.begin(), resource.whole.end());
  return true;
}

}  // namespace vaecomp
