// The text of a raw profile is "\nNAME\n   LENGTH\nHEX...", hexadecimal digits in lines.
#include "tools/image_io/raw_profile.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/jpeg_segments.h"
#include "tools/image_io/photoshop_resources.h"

namespace vaecomp {
namespace {

constexpr std::string_view kKeyHead = "Raw profile type ";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> hex_bytes(std::string_view text) {
  Bytes bytes;
  int high = -1;
  for (const char c : text) {
    if (is_space(c)) continue;
    const int digit = hex_digit(c);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0) return std::nullopt;
  return bytes;
}

std::optional<Bytes> profile_of(std::string_view text) {
  if (!text.starts_with('\n')) return std::nullopt;
  text.remove_prefix(1);
  const std::size_t name_end = text.find('\n');
  if (name_end == text.npos) return std::nullopt;
  text.remove_prefix(name_end + 1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with('\n')) return std::nullopt;
  std::optional<Bytes> bytes = hex_bytes(text);
  if (!bytes || bytes->size() != length || length == 0) return std::nullopt;
  return bytes;
}

bool starts_with(const Bytes& bytes, std::string_view head) {
  return bytes.size() >= head.size() &&
         std::equal(head.begin(), head.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

Bytes without_head(const Bytes& bytes, std::string_view head) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(head.size()), bytes.end()};
}

// A bare IPTC record in the resource that JPEG files have it in.
Bytes as_resource(const Bytes& record) {
  Bytes resources;
  append_resource(resources, kIptcResource, record);
  return resources;
}

// Where a profile of this type belongs, and in which form; nothing if it is not what it says.
std::optional<std::pair<Bytes Metadata::*, Bytes>> place_of(std::string_view type,
                                                            const Bytes& profile) {
  using Place = std::pair<Bytes Metadata::*, Bytes>;
  const auto is_tiff = [](const Bytes& bytes) {
    return starts_with(bytes, "II*\0"sv) || starts_with(bytes, "MM\0*"sv);
  };
  if (type == "exif" || type == "APP1") {
    const Bytes block =
        starts_with(profile, kExifHead) ? without_head(profile, kExifHead) : profile;
    if (is_tiff(block)) return Place{&Metadata::exif, block};
  }
  if (type == "xmp" || type == "APP1") {
    const Bytes packet = starts_with(profile, kXmpHead) ? without_head(profile, kXmpHead) : profile;
    if (starts_with(packet, "<") || starts_with(packet, "\xEF\xBB\xBF<"))
      return Place{&Metadata::xmp, packet};
  }
  if (type == "icc" || type == "icm") {
    const bool whole = profile.size() >= 128 && load_be32(profile, 0) == profile.size() &&
                       starts_with(Bytes(profile.begin() + 36, profile.end()), "acsp");
    if (whole) return Place{&Metadata::icc, profile};
  }
  if (type == "iptc" || type == "8bim") {
    if (starts_with(profile, kPhotoshopHead))
      return Place{&Metadata::iptc, without_head(profile, kPhotoshopHead)};
    if (starts_with(profile, "8BIM")) return Place{&Metadata::iptc, profile};
    if (starts_with(profile, "\x1C")) return Place{&Metadata::iptc, as_resource(profile)};
  }
  return std::nullopt;
}

bool unpack(const TextEntry& entry, Metadata& metadata) {
  if (!entry.key.starts_with(kKeyHead)) return false;
  const std::optional<Bytes> profile = profile_of(entry.text);
  if (!profile) return false;
  auto place = place_of(std::string_view(entry.key).substr(kKeyHead.size()), *profile);
  if (!place || !(metadata.*place->first).empty()) return false;
  metadata.*place->first = std::move(place->second);
  return true;
}

}  // namespace

void unpack_raw_profiles(Metadata& metadata) {
  std::erase_if(metadata.text, [&](const TextEntry& entry) { return unpack(entry, metadata); });
}

}  // namespace vaecomp
