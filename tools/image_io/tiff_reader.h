// The TIFF blocks that EXIF and multi-picture files are written in (TIFF 6.0, section 2).
#pragma once

#include <cstdint>
#include <optional>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

inline constexpr std::size_t kTiffEntryBytes = 12;

// Integers of the block in its byte order; 0 beyond its end.
struct TiffReader {
  ByteSpan data;
  bool big_endian;

  static std::optional<TiffReader> open(ByteSpan block) {
    if (block.size() < 8 || block[0] != block[1] || (block[0] != 'I' && block[0] != 'M'))
      return std::nullopt;
    return TiffReader{block, block[0] == 'M'};
  }

  std::uint32_t number(std::uint64_t at, int bytes) const {
    if (at + bytes > data.size()) return 0;
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      value = value << 8 | data[static_cast<std::size_t>(at) + (big_endian ? i : bytes - 1 - i)];
    }
    return value;
  }

  // Where the entry with this tag in the first directory begins, or 0.
  std::uint64_t first_directory_entry(std::uint16_t tag) const {
    const std::uint64_t directory = number(4, 4);
    const std::uint32_t entries = number(directory, 2);
    for (std::uint32_t i = 0; i < entries; ++i) {
      const std::uint64_t entry = directory + 2 + i * kTiffEntryBytes;
      if (number(entry, 2) == tag) return entry;
    }
    return 0;
  }
};

}  // namespace vaecomp
