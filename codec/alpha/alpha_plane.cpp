// Rows to filtered rows to a zstd frame, and back. Exact zone.
#include "codec/alpha/alpha_plane.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "codec/alpha/row_filter.h"
#include "format/zstd_chunk.h"

namespace vaecomp {
namespace {

// The highest level takes seconds for the plane of a camera's picture and gains little there.
constexpr std::size_t kLargePlane = 1 << 20;
constexpr int kLevel = 19, kLargeLevel = 9;

void store_row(std::span<const std::uint16_t> alpha, int sample_bytes, Bytes& row) {
  row.clear();
  for (const std::uint16_t value : alpha) {
    row.push_back(static_cast<std::uint8_t>(value));
    if (sample_bytes == 2) row.push_back(static_cast<std::uint8_t>(value >> 8));
  }
}

void load_row(std::span<const std::uint8_t> row, int sample_bytes, std::uint16_t* alpha) {
  for (std::size_t i = 0; i < row.size(); i += sample_bytes)
    *alpha++ = sample_bytes == 2 ? load_le<std::uint16_t>(&row[i]) : row[i];
}

// Sum of the residuals' magnitudes as signed bytes: small where the coder after it has little to
// do.
std::uint64_t cost_of(const Bytes& residual) {
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : residual) sum += std::min<int>(byte, 256 - byte);
  return sum;
}

}  // namespace

Result<Bytes> encode_alpha(std::span<const std::uint16_t> alpha, int width, int height,
                           int sample_bytes) {
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sample_bytes;
  Bytes content;
  content.reserve((row_bytes + 1) * height);
  Bytes row, above(row_bytes), trial(row_bytes), best(row_bytes);
  for (int y = 0; y < height; ++y) {
    store_row(alpha.subspan(static_cast<std::size_t>(y) * width, width), sample_bytes, row);
    std::uint8_t best_filter = 0;
    std::uint64_t best_cost = ~std::uint64_t{0};
    for (std::uint8_t f = 0; f < kRowFilters && best_cost > 0; ++f) {
      filter_row(static_cast<RowFilter>(f), row, above, sample_bytes, trial);
      const std::uint64_t cost = cost_of(trial);
      if (cost >= best_cost) continue;
      best_cost = cost;
      best_filter = f;
      std::swap(best, trial);
    }
    content.push_back(best_filter);
    content.insert(content.end(), best.begin(), best.end());
    std::swap(row, above);
  }
  return compress_chunk(content, content.size() > kLargePlane ? kLargeLevel : kLevel);
}

Result<AlphaRows> AlphaRows::open(const Section& section, int width, int height, int sample_bytes) {
  AlphaRows rows;
  rows.sample_bytes_ = sample_bytes;
  rows.row_bytes_ = static_cast<std::size_t>(width) * sample_bytes;
  Result<Bytes> content =
      decompress_chunk(section.payload, std::uint64_t{rows.row_bytes_ + 1} * height);
  if (!content && content.error().code == ErrorCode::kCorrupt)
    return Error{ErrorCode::kCorrupt, "alpha: " + content.error().text, section.offset, "VC-33"};
  if (!content) return content.error();
  for (int y = 0; y < height; ++y) {
    const std::uint8_t filter = (*content)[(rows.row_bytes_ + 1) * y];
    if (filter >= kRowFilters)
      return Error{ErrorCode::kCorrupt,
                   "alpha: row " + std::to_string(y) + " has filter " + std::to_string(filter),
                   section.offset, "VC-34"};
  }
  rows.content_ = *std::move(content);
  rows.zero_.resize(rows.row_bytes_);
  return rows;
}

void AlphaRows::next(std::uint16_t* alpha) {
  const std::span<std::uint8_t> line =
      std::span(content_).subspan((row_bytes_ + 1) * y_, row_bytes_ + 1);
  const std::span<const std::uint8_t> above =
      y_ == 0 ? std::span<const std::uint8_t>(zero_)
              : std::span<const std::uint8_t>(line.data() - row_bytes_, row_bytes_);
  const std::span<std::uint8_t> row = line.subspan(1);
  unfilter_row(static_cast<RowFilter>(line[0]), row, above, sample_bytes_);
  load_row(row, sample_bytes_, alpha);
  ++y_;
}

}  // namespace vaecomp
