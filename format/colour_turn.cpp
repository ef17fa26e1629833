// Twelve numbers of 16 bits.
#include "format/colour_turn.h"

#include <cassert>
#include <cstdlib>

#include "format/byte_reader.h"
#include "format/byte_writer.h"

namespace vaecomp {
namespace {

constexpr std::size_t kTurnBytes = 24;

bool row_is_bounded(const std::int16_t (&row)[3]) {
  return std::abs(row[0]) + std::abs(row[1]) + std::abs(row[2]) <= kMaxTurnRow;
}

}  // namespace

bool ColourTurn::is_bounded() const {
  return row_is_bounded(matrix[0]) && row_is_bounded(matrix[1]) && row_is_bounded(matrix[2]);
}

Bytes write_colour_turn(const ColourTurn& turn) {
  assert(turn.is_bounded());
  ByteWriter writer;
  for (const auto& row : turn.matrix) {
    for (const std::int16_t entry : row) writer.i16(entry);
  }
  for (const std::int16_t offset : turn.offset) writer.i16(offset);
  return writer.take();
}

Result<ColourTurn> read_colour_turn(const Container& container) {
  const Section* section = container.find(kTagColours);
  if (section == nullptr) return ColourTurn{};
  const auto corrupt = [&](const char* text, std::uint64_t offset) {
    return Error{ErrorCode::kCorrupt, text, section->offset + offset, "VC-54"};
  };
  if ((container.header.flags & kFlagGrey) != 0)
    return corrupt("colours: the picture is coded as a grey one", 0);
  if (section->payload.size() != kTurnBytes)
    return corrupt("colours: the section is not of 24 bytes", 0);
  ByteReader reader(section->payload);
  ColourTurn turn;
  for (auto& row : turn.matrix) {
    const std::uint64_t start = reader.offset();
    for (std::int16_t& entry : row) entry = reader.i16();
    if (!row_is_bounded(row)) return corrupt("colours: a row of the matrix is too large", start);
  }
  for (std::int16_t& offset : turn.offset) offset = reader.i16();
  return turn;
}

}  // namespace vaecomp
