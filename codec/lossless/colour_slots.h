// Which colours followed a neighbourhood when it was last seen (SPEC.md section 8.7). Exact zone.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace vaecomp {

// The two colours of one neighbourhood, the more usual first, and how often each was right of late;
// a count of 0: none.
template <typename Colour>
struct ColourSlot {
  Colour first = 0, second = 0;
  std::uint16_t check = 0;
  std::uint8_t first_count = 0, second_count = 0;

  void learn(Colour colour) {
    if (first_count == 0) {
      first = colour, first_count = 1;
    } else if (colour == first) {
      first_count = static_cast<std::uint8_t>(std::min(first_count + 1, 255));
      if (second_count > 1) second_count = halved(second_count);
    } else if (second_count > 0 && colour == second) {
      second_count = static_cast<std::uint8_t>(std::min(second_count + 1, 255));
      if (2 * second_count > first_count) {
        std::swap(first, second), std::swap(first_count, second_count);
        if (second_count > 2) second_count = halved(second_count);
      } else {
        first_count = static_cast<std::uint8_t>(halved(first_count) + 1);
      }
    } else {
      first_count = halved(first_count);
      second = colour, second_count = 1;
      if (first_count == 1) std::swap(first, second);
    }
  }

  // What the slot says of a colour: 0 if it is empty; else 64 (it is the first), 128 (the second)
  // or 192 (neither), and the classes of both counts.
  int opinion(Colour colour) const {
    if (first_count == 0) return 0;
    const int rank = colour == first ? 1 : second_count > 0 && colour == second ? 2 : 3;
    const int second_class = second_count > 0 ? 1 + std::min(6, count_class(second_count)) : 0;
    return rank * 64 + count_class(first_count) * 8 + second_class;
  }
  static constexpr int kOpinions = 256;

 private:
  static std::uint8_t halved(int count) { return static_cast<std::uint8_t>((count + 1) / 2); }
  static int count_class(int count) {
    return count < 4 ? count : 4 + (count >= 8) + (count >= 24) + (count >= 100);
  }
};

// Slots by the hash of a neighbourhood; one that another neighbourhood needs starts anew.
template <typename Colour>
class ColourSlots {
 public:
  // For a picture of so many pixels: one to two times as many slots, within 2^8 and 2^16.
  explicit ColourSlots(std::uint64_t pixels)
      : bits_(std::clamp(static_cast<int>(std::bit_width(pixels)), 8, 16)),
        slots_(std::size_t{1} << bits_) {}

  ColourSlot<Colour>& find(std::uint64_t sum) {
    const std::uint64_t hash = (sum ^ sum >> 32) * kHashFactor;
    ColourSlot<Colour>& slot = slots_[hash >> (64 - bits_)];
    const auto check = static_cast<std::uint16_t>(hash >> 32);
    if (slot.check != check) slot = {.check = check};
    return slot;
  }

  // The multiplier of all hashes: 2^64 over the golden ratio.
  static constexpr std::uint64_t kHashFactor = 0x9E3779B97F4A7C15;

 private:
  int bits_;
  std::vector<ColourSlot<Colour>> slots_;
};

}  // namespace vaecomp
