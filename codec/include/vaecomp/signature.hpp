// Public C++ interface: one number for everything that must be equal on every machine. The same
// manners as vaecomp.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vaecomp/decode.hpp"

namespace vaecomp {

inline constexpr int kSignatureThreads = 4;

struct Signature {
  // Of all streams, latents and pixels; a CRC-32C, equal on every machine for one model.
  std::uint32_t hash = 0;
  int pictures = 0;                  // that it is of
  std::vector<std::string> kernels;  // with each of which it was found, and with 1 to 4 threads
};

// Makes pictures up from integers: latents drawn from the model's prior, written to streams as they
// are, and exact planes; decodes them to latents and pixels; and does all that again with each of
// usable_kernels() and 1 to kSignatureThreads threads. Takes a second or two. While it runs, other
// threads' calls use those kernels too; afterwards those from before run again. Errors: kInternal
// if anything differs, with a text that says which picture, kernels and threads; kMemory.
Result<Signature> signature(const DecoderModel& model);

}  // namespace vaecomp
