// Makes PNG files of every kind by hand (PNG specification, second edition), so that the reader is
// not tested with the library that it uses. Compression is zlib's stored blocks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace vaecomp::test {

using Bytes = std::vector<std::uint8_t>;

enum PngColour { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgbAlpha = 6 };

struct PngRecipe {
  std::uint32_t width = 0, height = 0;
  int depth = 8;
  int colour = kRgb;
  bool interlaced = false;
  std::vector<std::uint16_t> values =
      {};                   // [height][width][samples of this colour type], below 2^depth
  Bytes palette = {};       // for kPalette: red, green, blue per entry
  Bytes transparency = {};  // content of tRNS, none if empty
};

inline void put_u32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline std::uint32_t crc32(const std::uint8_t* data, std::size_t size) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

inline void put_chunk(Bytes& out, const std::string& type, const Bytes& content) {
  put_u32(out, static_cast<std::uint32_t>(content.size()));
  const std::size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), content.begin(), content.end());
  put_u32(out, crc32(out.data() + start, out.size() - start));
}

inline Bytes zlib_stored(const Bytes& data) {
  Bytes out{0x78, 0x01};
  std::uint32_t a = 1, b = 0;
  for (const std::uint8_t byte : data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  std::size_t at = 0;
  do {
    const std::size_t size = data.size() - at < 65535 ? data.size() - at : 65535;
    out.push_back(at + size == data.size() ? 1 : 0);
    for (const std::size_t field : {size, ~size}) {
      out.push_back(static_cast<std::uint8_t>(field));
      out.push_back(static_cast<std::uint8_t>(field >> 8));
    }
    out.insert(out.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
               data.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  } while (at < data.size());
  put_u32(out, b << 16 | a);
  return out;
}

inline int samples_per_pixel(int colour) {
  return colour == kRgb ? 3 : colour == kRgbAlpha ? 4 : colour == kGreyAlpha ? 2 : 1;
}

// Rows of the pixels x0, x0 + dx, .. and y0, y0 + dy, ..: each a filter byte 0 and the packed
// samples.
inline void put_pass(Bytes& out, const PngRecipe& recipe, std::uint32_t x0, std::uint32_t dx,
                     std::uint32_t y0, std::uint32_t dy) {
  const int samples = samples_per_pixel(recipe.colour);
  if (x0 >= recipe.width) return;
  for (std::uint32_t y = y0; y < recipe.height; y += dy) {
    out.push_back(0);
    std::uint32_t pending = 0;
    int bits = 0;
    for (std::uint32_t x = x0; x < recipe.width; x += dx) {
      for (int s = 0; s < samples; ++s) {
        pending = pending << recipe.depth |
                  recipe.values[(std::size_t{y} * recipe.width + x) * samples + s];
        for (bits += recipe.depth; bits >= 8; bits -= 8) {
          out.push_back(static_cast<std::uint8_t>(pending >> (bits - 8)));
        }
      }
    }
    if (bits > 0) out.push_back(static_cast<std::uint8_t>(pending << (8 - bits)));
  }
}

inline Bytes make_png(const PngRecipe& recipe) {
  Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  Bytes header;
  put_u32(header, recipe.width);
  put_u32(header, recipe.height);
  for (const int byte : {recipe.depth, recipe.colour, 0, 0, recipe.interlaced ? 1 : 0}) {
    header.push_back(static_cast<std::uint8_t>(byte));
  }
  put_chunk(out, "IHDR", header);
  if (!recipe.palette.empty()) put_chunk(out, "PLTE", recipe.palette);
  if (!recipe.transparency.empty()) put_chunk(out, "tRNS", recipe.transparency);
  Bytes rows;
  if (recipe.interlaced) {
    constexpr int kAdam7[7][4] = {{0, 8, 0, 8}, {4, 8, 0, 8}, {0, 4, 4, 8}, {2, 4, 0, 4},
                                  {0, 2, 2, 4}, {1, 2, 0, 2}, {0, 1, 1, 2}};
    for (const auto& pass : kAdam7) put_pass(rows, recipe, pass[0], pass[1], pass[2], pass[3]);
  } else {
    put_pass(rows, recipe, 0, 1, 0, 1);
  }
  put_chunk(out, "IDAT", zlib_stored(rows));
  put_chunk(out, "IEND", {});
  return out;
}

// The file with chunks behind its header, and others before its end.
inline Bytes with_chunks(const Bytes& file,
                         const std::vector<std::pair<std::string, Bytes>>& before,
                         const std::vector<std::pair<std::string, Bytes>>& after = {}) {
  constexpr std::ptrdiff_t kHead = 33, kEnd = 12;
  Bytes out(file.begin(), file.begin() + kHead);
  for (const auto& [type, content] : before) put_chunk(out, type, content);
  out.insert(out.end(), file.begin() + kHead, file.end() - kEnd);
  for (const auto& [type, content] : after) put_chunk(out, type, content);
  out.insert(out.end(), file.end() - kEnd, file.end());
  return out;
}

// Where the chunk of a type begins, with its length.
inline std::size_t chunk_at(const Bytes& file, const std::string& type) {
  const auto found = std::search(file.begin(), file.end(), type.begin(), type.end());
  return static_cast<std::size_t>(found - file.begin()) - 4;
}

}  // namespace vaecomp::test
