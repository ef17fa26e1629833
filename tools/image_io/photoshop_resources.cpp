// A resource: signature, number, a name as a Pascal string, size, content; name and content fill an
// even number of bytes.
#include "tools/image_io/photoshop_resources.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

constexpr std::string_view kSignatures[] = {"8BIM", "PHUT", "DCSR", "AgHg", "MeSa"};
constexpr std::size_t kSignatureBytes = 4, kNameOffset = 6;

std::uint64_t even(std::uint64_t size) { return size + size % 2; }

bool has_signature(ByteSpan rest) {
  const std::string_view head(reinterpret_cast<const char*>(rest.data()), kSignatureBytes);
  return std::find(std::begin(kSignatures), std::end(kSignatures), head) != std::end(kSignatures);
}

}  // namespace

std::optional<std::vector<PhotoshopResource>> photoshop_resources(ByteSpan block) {
  std::vector<PhotoshopResource> found;
  while (!std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; })) {
    if (block.size() <= kNameOffset || !has_signature(block)) return std::nullopt;
    const std::uint64_t size_at = kNameOffset + even(1u + block[kNameOffset]);
    if (size_at + 4 > block.size()) return std::nullopt;
    const std::uint64_t size = load_be32(block, static_cast<std::size_t>(size_at));
    if (size > block.size() - size_at - 4) return std::nullopt;
    // The last one's padding may be missing.
    const std::uint64_t whole = std::min<std::uint64_t>(size_at + 4 + even(size), block.size());
    found.push_back({.id = load_be16(block, kSignatureBytes),
                     .content = block.subspan(static_cast<std::size_t>(size_at) + 4,
                                              static_cast<std::size_t>(size)),
                     .whole = block.first(static_cast<std::size_t>(whole))});
    block = block.subspan(static_cast<std::size_t>(whole));
  }
  return found;
}

void append_resource(Bytes& block, std::uint32_t id, ByteSpan content) {
  const std::string_view signature = kSignatures[0];
  block.insert(block.end(), signature.begin(), signature.end());
  block.push_back(static_cast<std::uint8_t>(id >> 8));
  block.push_back(static_cast<std::uint8_t>(id));
  block.insert(block.end(), 2, 0);  // no name
  append_be32(block, static_cast<std::uint32_t>(content.size()));
  block.insert(block.end(), content.begin(), content.end());
  if (content.size() % 2 != 0) block.push_back(0);
}

}  // namespace vaecomp
