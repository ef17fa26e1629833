// Coefficients are bounded by what samples of 8 bits can give and a step of the quantiser for odd
// rounding.
#include "tools/image_io/jpeg_blocks.h"

#include <cstdlib>

namespace vaecomp {
namespace {

// Dequantised. A transform of -128 .. 127 gives at most 1024; encoders that sharpen edges beyond
// the range to save ringing give AC a quarter more.
constexpr int kMaxDc = 1024, kMaxAc = 1400;
constexpr int kMaxBits = 14;  // of a coefficient, whatever the quantiser

constexpr const char* kBadCode = "a code that is not in its table";
constexpr const char* kTooMany = "a block of more than 64 coefficients";
constexpr const char* kTooLarge = "a coefficient that no picture has";

// A value of `size` bits as annex F has it (EXTEND): the upper half is positive.
int take_value(ScanBits& bits, int size) {
  if (size == 0) return 0;
  const int value = static_cast<int>(bits.take(size));
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

bool is_possible(int value, int low, int step, int limit) {
  const std::int64_t unit = std::int64_t{step == 0 ? 1 : step} << low;
  return std::abs(value) * unit <= limit + unit;
}

std::uint64_t bit_of(int k) { return std::uint64_t{1} << k; }

}  // namespace

const char* BlockReader::read(ScanBits& bits, ScanComponent& component, std::uint64_t& nonzero) {
  if (!band_.progressive) {
    const char* wrong = read_dc(bits, component);
    return wrong != nullptr ? wrong : read_ac(bits, component);
  }
  if (band_.first == 0) {
    if (band_.high == 0) return read_dc(bits, component);
    bits.take(1);
    return nullptr;
  }
  return band_.high == 0 ? read_first_ac(bits, component, nonzero)
                         : refine_ac(bits, component, nonzero);
}

const char* BlockReader::read_dc(ScanBits& bits, ScanComponent& component) const {
  const int size = component.dc->symbol(bits);
  if (size < 0) return kBadCode;
  if (size > kMaxBits) return kTooLarge;
  component.dc_value += take_value(bits, size);
  const bool possible = is_possible(component.dc_value, band_.low, (*component.steps)[0], kMaxDc);
  return possible ? nullptr : kTooLarge;
}

const char* BlockReader::read_ac(ScanBits& bits, const ScanComponent& component) const {
  for (int k = 1; k < 64; ++k) {
    const int code = component.ac->symbol(bits);
    if (code < 0) return kBadCode;
    const int run = code >> 4, size = code & 15;
    if (size == 0) {
      if (run != 15) return nullptr;
      k += 15;
      if (k > 63) return kTooMany;
      continue;
    }
    k += run;
    if (k > 63) return kTooMany;
    if (size > kMaxBits) return kTooLarge;
    if (!is_possible(take_value(bits, size), 0, (*component.steps)[k], kMaxAc)) return kTooLarge;
  }
  return nullptr;
}

const char* BlockReader::read_first_ac(ScanBits& bits, const ScanComponent& component,
                                       std::uint64_t& nonzero) {
  if (zero_blocks_ > 0) {
    --zero_blocks_;
    return nullptr;
  }
  for (int k = band_.first; k <= band_.last; ++k) {
    const int code = component.ac->symbol(bits);
    if (code < 0) return kBadCode;
    const int run = code >> 4, size = code & 15;
    if (size == 0 && run < 15) {
      zero_blocks_ = (1u << run) - 1 + bits.take(run);
      return nullptr;
    }
    k += run;
    if (k > band_.last) return kTooMany;
    if (size == 0) continue;
    if (size > kMaxBits) return kTooLarge;
    const int value = take_value(bits, size);
    if (!is_possible(value, band_.low, (*component.steps)[k], kMaxAc)) return kTooLarge;
    nonzero |= bit_of(k);
  }
  return nullptr;
}

// Annex G.1.2.3: each code says how many coefficients that are still zero to pass; those that are
// not get a bit of correction on the way.
const char* BlockReader::refine_ac(ScanBits& bits, const ScanComponent& component,
                                   std::uint64_t& nonzero) {
  const std::uint64_t before = nonzero;
  int k = band_.first;
  if (zero_blocks_ == 0) {
    for (; k <= band_.last; ++k) {
      const int code = component.ac->symbol(bits);
      if (code < 0) return kBadCode;
      int run = code >> 4;
      const int size = code & 15;
      if (size > 1) return kTooLarge;
      if (size == 1) {
        bits.take(1);
      } else if (run < 15) {
        zero_blocks_ = (1u << run) + bits.take(run);
        break;
      }
      for (; k <= band_.last; ++k) {
        if ((before & bit_of(k)) != 0) {
          bits.take(1);
        } else if (--run < 0) {
          break;
        }
      }
      if (k > band_.last && (size == 1 || run > 0)) return kTooMany;
      if (size == 1) nonzero |= bit_of(k);
    }
  }
  if (zero_blocks_ > 0) {
    for (; k <= band_.last; ++k)
      if ((before & bit_of(k)) != 0) bits.take(1);
    --zero_blocks_;
  }
  return nullptr;
}

}  // namespace vaecomp
