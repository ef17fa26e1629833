// From a file, or the library.
#include "tools/vaecomp/support/model_bytes.h"

#include "tools/vaecomp/support/input.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp {

Result<Bytes> read_model_bytes(const std::string& path) {
  if (!path.empty()) return read_input(path);
  const ByteSpan file = default_model_file();
  return Bytes(file.begin(), file.end());
}

}  // namespace vaecomp
