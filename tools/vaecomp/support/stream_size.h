// Streams within the limits that the user set.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// probe(), but a stream that is too large is refused with its size and the name of the option, as
// pictures are. Errors: those of probe().
Result<StreamInfo> probe_within(ByteSpan stream, const Limits& limits);

// An error of decoding, with the name of the option where a stream has too much metadata.
Error with_option(Error error);

}  // namespace vaecomp
