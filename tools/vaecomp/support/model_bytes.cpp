// The built-in model file is an array of the library (codec/models/default_model.S).
#include "tools/vaecomp/support/model_bytes.h"

#include "tools/vaecomp/support/input.h"

extern "C" {
extern const unsigned char vaecomp_default_model[];
extern const unsigned char vaecomp_default_model_end[];
}

namespace vaecomp {

Result<Bytes> read_model_bytes(const std::string& path) {
  if (!path.empty()) return read_input(path);
  return Bytes(vaecomp_default_model, vaecomp_default_model_end);
}

}  // namespace vaecomp
