// Photoshop image resources, in which JPEG files keep IPTC (Adobe Photoshop file formats
// specification, image resource blocks).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

inline constexpr std::uint32_t kIptcResource = 0x0404;  // an IPTC record (IIM 4.2)

struct PhotoshopResource {
  std::uint32_t id = 0;
  ByteSpan content;
  ByteSpan whole;  // with head and padding
};

// The resources one after the other, borrowed from `block`; zeros after them are ignored. Nothing
// if the block is anything else.
std::optional<std::vector<PhotoshopResource>> photoshop_resources(ByteSpan block);

// Appends a resource without a name.
void append_resource(Bytes& block, std::uint32_t id, ByteSpan content);

}  // namespace vaecomp
