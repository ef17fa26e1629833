// Arrays in NumPy's file formats: .npy, and .npz, which is a zip of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/bytes.h"
#include "format/error.h"

namespace vaecomp {

struct NamedArray {
  std::string name;
  std::vector<std::uint64_t> shape;  // slowest first
  std::vector<float> values;         // C order
};

// A .npy file of format 1.0: little-endian float32 (NumPy Enhancement Proposal 1).
Bytes write_npy(const NamedArray& array);

// A .npz file: one stored entry NAME.npy an array. Equal arrays give equal bytes. Errors: kLimit
// beyond the 4 GiB of a zip without extensions.
Result<Bytes> write_npz(const std::vector<NamedArray>& arrays);

}  // namespace vaecomp
