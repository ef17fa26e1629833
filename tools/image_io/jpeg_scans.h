// The check of a JPEG's coded data. libjpeg decodes whatever can be decoded and tells of a part of
// the damage only: of bytes that are left over it counts some as harmless, and coefficients beyond
// a block's end or impossibly large it takes without a word. This check reads all codes and asks
// that they be in their tables, that blocks hold 64 coefficients of possible size, that restart
// markers come in order and that codes and data end together.
#pragma once

#include <optional>
#include <string>

#include "tools/image_io/damage.h"

namespace vaecomp {

struct JpegScans {
  bool checked = false;        // false for arithmetic coding and what else is not known here
  std::optional<Error> fault;  // the first damage that changes pixels, with its offset
  std::string made_up;         // what is shown in its place
  bool nothing_there = false;  // nothing was decoded before it
  bool stray_bytes = false;    // some were told of
};

// Small files may not ask for many passes over many blocks, nor big pictures of a kind that is not
// checked (arithmetic coding): kLimit.
//
// Checks all scans of a Huffman-coded file of 8 bits, baseline or progressive, up to the first
// fault. `width` and `height` are what libjpeg found. Takes 8 bytes for each 64 samples of a
// progressive picture. Harmless damage (padding, no EOI) goes to `damage`. Errors: kLimit (more
// than `max_scans`), kMemory.
Result<JpegScans> check_jpeg_scans(ByteSpan file, std::uint32_t width, std::uint32_t height,
                                   int max_scans, Damage& damage);

}  // namespace vaecomp
