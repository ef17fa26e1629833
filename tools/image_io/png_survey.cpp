// Chunk by chunk; the rules on damage are those of damage.h.
#include "tools/image_io/png_survey.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/picture_size.h"
#include "tools/image_io/png_facts.h"
#include "tools/image_io/png_walk.h"

namespace vaecomp {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSizeOffset = 16;  // of width and height in IHDR
constexpr std::size_t kHeaderEnd = 33;   // signature and IHDR
constexpr std::string_view kIhdrHead = "\0\0\0\x0DIHDR"sv;

// The fields of IHDR; libpng checks depth and colour.
Result<PngHeader> read_header(ByteSpan file, const Limits& limits) {
  if (file.size() < kHeaderEnd) {
    return Error{ErrorCode::kTruncated, "the file ends early", file.size()};
  }
  const auto is_byte = [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; };
  if (!std::equal(kIhdrHead.begin(), kIhdrHead.end(), file.begin() + kPngSignatureBytes, is_byte)) {
    return Error{ErrorCode::kCorrupt, "broken PNG: the first chunk is not IHDR",
                 kPngSignatureBytes};
  }
  const PngHeader header{.width = load_be32(file, kSizeOffset),
                         .height = load_be32(file, kSizeOffset + 4),
                         .depth = file[kSizeOffset + 8],
                         .colour = file[kSizeOffset + 9]};
  if (auto error = check_picture_size(header.width, header.height, limits, kSizeOffset)) {
    return *std::move(error);
  }
  if (!PngWalk(file, true).next()->crc_good) {
    return Error{ErrorCode::kCorrupt, "broken PNG: the header (IHDR) has a wrong CRC",
                 kPngSignatureBytes};
  }
  return header;
}

// What APNG adds: acTL before the samples, an fcTL for each frame; the samples are a frame if an
// fcTL stands before them.
struct Frames {
  std::size_t control = 0;  // offset of acTL, 0 if there is none
  std::size_t count = 0;
  bool first_is_default = false;

  bool take(const FoundChunk& chunk, bool after_samples) {
    if (chunk.type == "acTL") {
      if (control == 0 && !after_samples) control = chunk.offset;
    } else if (chunk.type == "fcTL") {
      ++count;
      if (!after_samples) first_is_default = true;
    } else if (chunk.type != "fdAT") {
      return false;
    }
    return true;
  }

  void tell(Remarks* remarks) const {
    if (control == 0 || count == 0 || (count == 1 && first_is_default)) return;
    const std::string frames = std::to_string(count) + (count == 1 ? " frame" : " frames");
    add_remark(remarks, {RemarkKind::kMore,
                         "an animation of " + frames +
                             (first_is_default ? ": only the first is kept"
                                               : ": only the picture before it is kept"),
                         control});
  }
};

class Survey {
 public:
  Survey(PngSurvey& survey, const Limits& limits, Damage& damage)
      : survey_(survey), damage_(damage), facts_(limits, damage) {}

  Result<void> take(const FoundChunk& chunk) {
    if (chunk.type == "IDAT") return take_samples(chunk);
    if (chunk.type == "IHDR") return {};  // a second one is libpng's to refuse
    if (chunk.type == "PLTE" || chunk.type == "tRNS") return take_colours(chunk);
    if (chunk.type == "IEND") {
      survey_.has_end = true;
      if (chunk.cut) {
        damage_.harmless("the file ends inside its last chunk (IEND)", chunk.offset);
      } else if (!chunk.crc_good) {
        damage_.harmless("the last chunk (IEND) has a wrong CRC", chunk.offset);
      }
      return {};
    }
    return chunk.ancillary() ? take_ancillary(chunk) : take_unknown(chunk);
  }

  void finish(Remarks* remarks) {
    frames_.tell(remarks);
    survey_.metadata = facts_.finish();
    facts_.left_out().tell(remarks);
  }

 private:
  Result<void> take_samples(const FoundChunk& chunk) {
    if (between_samples_) damage_.harmless("other chunks stand between IDAT chunks", chunk.offset);
    between_samples_ = false;
    after_samples_ = true;
    survey_.idat_bytes += chunk.content.size();
    if (chunk.crc_good) return {};
    survey_.sound_pixels = false;
    // A chunk that is cut may still hold all samples.
    if (chunk.cut) return {};
    return damage_.serious(
        {ErrorCode::kCorrupt, "broken PNG: an IDAT chunk has a wrong CRC", chunk.offset},
        "pixels may be wrong");
  }

  Result<void> take_colours(const FoundChunk& chunk) {
    if (chunk.type == "PLTE" && survey_.header.palette.empty())
      survey_.header.palette = chunk.content;
    if (chunk.crc_good || chunk.cut) return {};
    return damage_.serious(
        {ErrorCode::kCorrupt,
         "broken PNG: the " + std::string(chunk.type) + " chunk has a wrong CRC", chunk.offset},
        chunk.type == "PLTE" ? "colours may be wrong" : "transparency may be wrong");
  }

  Result<void> take_ancillary(const FoundChunk& chunk) {
    between_samples_ = after_samples_;
    if (frames_.take(chunk, after_samples_)) return {};
    if (chunk.crc_good) return facts_.take(chunk, survey_.header);
    damage_.harmless("a damaged " + std::string(chunk.type) + " chunk is left out: " +
                         (chunk.cut ? "the file ends inside it" : "its CRC is wrong"),
                     chunk.offset);
    return {};
  }

  Result<void> take_unknown(const FoundChunk& chunk) {
    const std::string type(chunk.type);
    if (chunk.cut) return {};
    if (!chunk.crc_good) {
      return damage_.serious(
          {ErrorCode::kCorrupt, "broken PNG: a chunk " + type + " has a wrong CRC", chunk.offset},
          "it is left out");
    }
    return damage_.serious({ErrorCode::kUnsupportedFeature,
                            "the critical chunk " + type + " is not known", chunk.offset},
                           "it is left out");
  }

  PngSurvey& survey_;
  Damage& damage_;
  PngFacts facts_;
  Frames frames_;
  bool after_samples_ = false, between_samples_ = false;
};

}  // namespace

Result<PngSurvey> survey_png(ByteSpan file, const Limits& limits, Damage& damage,
                             Remarks* remarks) {
  Result<PngHeader> header = read_header(file, limits);
  if (!header) return header.error();
  PngSurvey found;
  found.header = *header;
  Survey survey(found, limits, damage);
  PngWalk walk(file, true);
  while (!found.has_end) {
    const std::optional<FoundChunk> chunk = walk.next();
    if (!chunk) break;
    if (auto done = survey.take(*chunk); !done) return done.error();
  }
  found.end = walk.position();
  found.unreadable = !found.has_end && file.size() - found.end >= 8;
  survey.finish(remarks);
  return found;
}

}  // namespace vaecomp
