// The stream header's fields (SPEC.md section 1): one list for reading, writing and printing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "format/container.h"
#include "format/error.h"
#include "format/limits.h"

namespace vaecomp {

enum class FieldEncoding { kU8, kU32, kVarintMinus1 };

struct HeaderField {
  std::string_view name;
  FieldEncoding encoding;
  std::string_view rule;
  std::uint64_t max;    // largest value allowed
  ErrorCode above_max;  // what a larger one means
};

// Can these flags stand together? VC-41.
constexpr bool are_consistent(std::uint8_t flags) {
  return (flags & kFlagNeutral) == 0 || (flags & kFlagGrey) != 0;
}

// Calls visit(field, value) for each field after the version, in the order of the bytes; `value` is
// a reference into `header`, const if the header is. The bound of the height depends on the width
// before it, so a visitor that fills in the header gets it right, because it goes in order.
template <typename Header, typename Visitor>
void visit_header_fields(Header& header, const Limits& limits, Visitor&& visit) {
  using enum FieldEncoding;
  const std::uint64_t max_side = std::min(limits.max_side, kMaxSide);
  // The known flags are the lowest bits, so that an unknown one makes the number larger than them.
  constexpr std::uint8_t kKnownFlags =
      kFlagGrey | kFlag16Bits | kFlagNeutral | kFlagTrellis | kFlagPixels | kFlagNearlyExact;
  visit(HeaderField{"flags", kU8, "VC-04", kKnownFlags, ErrorCode::kUnsupportedFeature},
        header.flags);
  visit(HeaderField{"width", kVarintMinus1, "VC-05", max_side, ErrorCode::kLimit}, header.width);
  const std::uint64_t width = std::max<std::uint64_t>(header.width, 1);
  const std::uint64_t max_height = std::min(max_side, limits.max_pixels / width);
  visit(HeaderField{"height", kVarintMinus1, "VC-06", max_height, ErrorCode::kLimit},
        header.height);
  visit(HeaderField{"quality", kU8, "VC-07", kQualities - 1, ErrorCode::kCorrupt}, header.quality);
  visit(HeaderField{"model_id", kU32, "VC-08", 0xFFFFFFFF, ErrorCode::kCorrupt}, header.model_id);
}

// Names and values of the fields, for printing.
inline std::vector<std::pair<std::string_view, std::uint64_t>> list_header_fields(
    const StreamHeader& header) {
  std::vector<std::pair<std::string_view, std::uint64_t>> fields;
  visit_header_fields(header, Limits{}, [&](const HeaderField& field, const auto& value) {
    fields.emplace_back(field.name, value);
  });
  return fields;
}

}  // namespace vaecomp
