// Signed Exp-Golomb codes, whose order each class and component chooses.
#include "format/pixel_filter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>

#include "format/bit_cursor.h"

namespace vaecomp {
namespace {

constexpr int kOrders = 8;
constexpr int kMostZeros = 15;  // ranks have 16 bits

// 0, 1, -1, 2, -2 .. as 0, 1, 2, 3, 4 ..
std::uint32_t rank_of(int value) {
  return static_cast<std::uint32_t>(value > 0 ? 2 * value - 1 : -2 * value);
}

int value_of(std::uint32_t rank) {
  const int half = static_cast<int>((rank + 1) / 2);
  return rank % 2 == 1 ? half : -half;
}

int code_bits(std::uint32_t rank, int order) {
  return 2 * std::bit_width((rank >> order) + 1) - 1 + order;
}

int bits_of(const std::int16_t* coefficients, int count, int order) {
  int bits = 0;
  for (int i = 0; i < count; ++i) bits += code_bits(rank_of(coefficients[i]), order);
  return bits;
}

int best_order(const std::int16_t* coefficients, int count) {
  int best = 0;
  for (int order = 1; order < kOrders; ++order)
    if (bits_of(coefficients, count, order) < bits_of(coefficients, count, best)) best = order;
  return best;
}

bool is_zero(const std::int16_t* coefficients, int count) {
  return std::all_of(coefficients, coefficients + count, [](int c) { return c == 0; });
}

void write_code(BitWriter& writer, std::uint32_t rank, int order) {
  const std::uint32_t high = (rank >> order) + 1;
  const int width = std::bit_width(high);
  writer.put(0, width - 1);
  writer.put(high, width);
  writer.put(rank, order);
}

// A rank that is too large for a coefficient is given as 2^16.
std::uint32_t read_code(BitReader& reader, int order) {
  int zeros = 0;
  while (zeros <= kMostZeros && reader.ok() && reader.get(1) == 0) ++zeros;
  if (zeros > kMostZeros) return 1u << 16;
  const std::uint32_t high = 1u << zeros | reader.get(zeros);
  return std::min((high - 1) << order | reader.get(order), 1u << 16);
}

}  // namespace

bool PixelFilter::is_bounded() const {
  if (classes < 0 || classes == 3 || classes > kMaxFilterClasses) return false;
  for (const auto& of_class : coefficients) {
    for (const auto& own : of_class) {
      int sum = 0;
      for (const std::int16_t coefficient : own) sum += std::abs(int{coefficient});
      if (sum > kMaxFilterSum) return false;
    }
  }
  return true;
}

int filter_bits(const std::int16_t* coefficients, int count) {
  if (is_zero(coefficients, count)) return 1;
  return 4 + bits_of(coefficients, count, best_order(coefficients, count));
}

Bytes write_pixel_filter(const PixelFilter& filter) {
  assert(filter.classes > 0 && filter.is_bounded());
  BitWriter writer;
  writer.put(static_cast<std::uint32_t>(std::countr_zero(static_cast<unsigned>(filter.classes))),
             2);
  for (int k = 0; k < filter.classes; ++k) {
    for (int j = 0; j < 3; ++j) {
      const std::int16_t* const own = filter.coefficients[k][j];
      const int count = kFilterTaps[j].count;
      const bool present = !is_zero(own, count);
      writer.put(present, 1);
      if (!present) continue;
      const int order = best_order(own, count);
      writer.put(static_cast<std::uint32_t>(order), 3);
      for (int i = 0; i < count; ++i) write_code(writer, rank_of(own[i]), order);
    }
  }
  return writer.take();
}

Result<PixelFilter> read_pixel_filter(const Container& container) {
  PixelFilter filter;
  const Section* section = container.find(kTagFilter);
  if (section == nullptr) return filter;
  BitReader reader(section->payload);
  const auto failed = [&](ErrorCode code, const char* text) {
    return Error{code, text, section->offset + reader.byte(), "VC-56"};
  };
  const std::uint32_t doublings = reader.get(2);
  if (doublings > 2) return failed(ErrorCode::kCorrupt, "filter: it has eight classes");
  filter.classes = 1 << doublings;
  for (int k = 0; k < filter.classes; ++k) {
    for (int j = 0; j < 3; ++j) {
      if (reader.get(1) == 0) continue;
      const auto order = static_cast<int>(reader.get(3));
      int sum = 0;
      for (int i = 0; i < kFilterTaps[j].count; ++i) {
        const int value = value_of(read_code(reader, order));
        if (!reader.ok()) return failed(ErrorCode::kTruncated, "filter: the section ends early");
        sum += std::abs(value);
        if (sum > kMaxFilterSum)
          return failed(ErrorCode::kCorrupt, "filter: its coefficients are too large");
        filter.coefficients[k][j][i] = static_cast<std::int16_t>(value);
      }
    }
  }
  if (!reader.ok()) return failed(ErrorCode::kTruncated, "filter: the section ends early");
  if (!reader.at_end())
    return failed(ErrorCode::kCorrupt, "filter: something follows its coefficients");
  return filter;
}

}  // namespace vaecomp
