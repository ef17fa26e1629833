// The library knows limits but no options.
#include "tools/vaecomp/support/stream_size.h"

#include "tools/image_io/picture_size.h"
#include "tools/vaecomp/support/options.h"

namespace vaecomp {

Result<StreamInfo> probe_within(ByteSpan stream, const Limits& limits) {
  Result<StreamInfo> info = probe(stream, limits);
  if (info || info.error().code != ErrorCode::kLimit) return info;
  const Result<StreamInfo> whole =
      probe(stream, {.max_pixels = kMaxPixelsOption, .max_side = kMaxSide});
  if (!whole && info.error().rule == "VC-06") {
    return Error{ErrorCode::kLimit, info.error().text + " (--max-pixels)", info.error().offset,
                 info.error().rule};
  }
  if (!whole) return info;
  const StreamHeader& header = whole->header;
  const auto refused = check_picture_size(header.width, header.height, limits, kNoOffset);
  if (!refused) return info;
  return Error{ErrorCode::kLimit, refused->text, info.error().offset, info.error().rule};
}

Error with_option(Error error) {
  if (error.code == ErrorCode::kLimit && error.rule == "VC-37") error.text += " (--max-metadata)";
  return error;
}

}  // namespace vaecomp
