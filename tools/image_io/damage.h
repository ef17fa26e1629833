// What the readers do about damaged files: one policy, and the object that carries it out.
//
// Taken with a warning (kDamage): what breaks the format's rules but shows the picture whole.
// Refused, or with ReadOptions::tolerant taken with a warning (kMadeUp): what changes pixels, or
// may: kTruncated where the file ends early, else kCorrupt, with the offset. Parts that are missing
// then are mid grey and opaque; parts that are there are shown as they decode, right or wrong.
// Refused in any case: files whose header is damaged, of whose pixels nothing is left, or that are
// beyond the limits.
//
//           | taken with a warning                       | refused unless tolerant
//   PNG     | an ancillary chunk with a wrong CRC, cut   | wrong CRC in PLTE, tRNS, IDAT; an
//   unknown
//           | or malformed (it is left out); IEND        | critical chunk; too few pixel data; data
//           | damaged or missing; a wrong Adler-32 in    | that do not inflate
//           | IDAT chunks whose CRCs are right           |
//   JPEG    | no end marker (EOI) after complete scans;  | scans that end early, hold forbidden or
//           | bytes between segments; padding at a       | impossible codes, or whose codes end
//           | scan's end; an odd JFIF version, Adobe     | before the data do; restart markers
//           | transform or ICC profile                   | missing or out of order
//   Netpbm  | bytes after the samples that are neither   | too few samples; samples above maxval;
//   and PFM | zero nor another picture                   | in text: what is no number
//
// Not noticed in a JPEG, which has no checksums: altered bits of coefficients that leave all codes
// after them possible; pixels differ then, mostly in one block or by a tint from there on.
// Bytes behind the end of a PNG or JPEG are no damage: zeros are nothing, others are a note.
#pragma once

#include <string>
#include <string_view>

#include "tools/image_io/read_options.h"
#include "tools/image_io/remark.h"

namespace vaecomp {

class Damage {
 public:
  Damage(const ReadOptions& options, Remarks* remarks)
      : tolerant_(options.tolerant), remarks_(remarks) {}

  bool tolerant() const { return tolerant_; }

  // All pixels are as they were meant. Equal texts are told once, and not more than kMaxTold texts.
  void harmless(std::string text, std::uint64_t offset);

  // Pixels are wrong or missing: the error, unless the caller is tolerant; then a remark that ends
  // in `made_up` ("rows 7 to 11 are grey").
  Result<void> serious(Error error, std::string_view made_up);

  // Whether serious() was called.
  bool pixels_are_wrong() const { return pixels_are_wrong_; }

 private:
  static constexpr int kMaxTold = 20;

  void tell(Remark remark);

  bool tolerant_;
  bool pixels_are_wrong_ = false;
  int told_ = 0;
  Remarks* remarks_;
};

// The note on bytes after the end of a picture, unless they are padding (zeros).
void note_trailing_bytes(ByteSpan file, std::size_t end, Remarks* remarks);

// Whether there is nothing but zeros.
bool is_padding(ByteSpan bytes);

}  // namespace vaecomp
