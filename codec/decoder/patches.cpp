// A mask, then planes that are coded where it says.
#include "codec/decoder/patches.h"

#include <algorithm>
#include <utility>

#include "codec/decoder/dec_lossless.h"
#include "format/byte_reader.h"
#include "format/moved_error.h"

namespace vaecomp {
namespace {

Error of_patches(Error error, std::uint64_t offset) {
  error.text = "patches: " + error.text;
  return moved(std::move(error), offset);
}

}  // namespace

Result<ReadMask> read_mask(const Section& section, const StreamHeader& header) {
  ByteReader reader(section.payload);
  reader.set_rule("VC-53");
  const ByteSpan bytes = reader.bytes(reader.varint());
  if (!reader.ok()) return of_patches(reader.error(), section.offset);
  Result<BlockMask> mask =
      decode_mask(bytes, static_cast<int>(header.width), static_cast<int>(header.height));
  if (!mask) return of_patches(mask.error(), section.offset + reader.offset() - bytes.size());
  return ReadMask{*std::move(mask), reader.offset()};
}

Result<Patches> Patches::open(const Section& section, const StreamHeader& header,
                              ThreadPool& pool) {
  Result<ReadMask> read = read_mask(section, header);
  if (!read) return read.error();
  const Progress silent;
  Result<ExactRows> rows = open_planes(section, read->bytes, header, colour_planes(header),
                                       &read->mask, pool, StageProgress(silent));
  if (!rows) return of_patches(rows.error(), 0);
  return Patches(std::move(read->mask), *std::move(rows), header);
}

Patches::Patches(BlockMask mask, ExactRows rows, const StreamHeader& header)
    : mask_(std::move(mask)),
      rows_(std::move(rows)),
      width_(static_cast<int>(header.width)),
      channels_(header.channels()),
      planes_(colour_planes(header)) {}

template <typename Sample>
void Patches::lay(int y, Sample* row) const {
  for (int block = 0; block < mask_.columns(); ++block) {
    if (!mask_.has(block, y / BlockMask::kSide)) continue;
    const int begin = block * BlockMask::kSide, end = std::min(begin + BlockMask::kSide, width_);
    for (int c = 0; c < channels_; ++c) {
      rows_.copy(y, std::min(c, planes_ - 1), begin, end,
                 row + static_cast<std::size_t>(begin) * channels_ + c, channels_);
    }
  }
}

void Patches::lay_over(int y, std::uint8_t* row) const { lay(y, row); }
void Patches::lay_over(int y, std::uint16_t* row) const { lay(y, row); }

}  // namespace vaecomp
