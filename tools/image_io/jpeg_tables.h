// The Huffman tables that ITU-T T.81 gives as examples (annex K) and that files without any mean,
// as the frames of Motion JPEG are.
#pragma once

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// As the content of a DHT segment: tables 0 and 1 for DC and for AC. Empty if there is no memory.
Bytes standard_huffman_tables();

}  // namespace vaecomp
