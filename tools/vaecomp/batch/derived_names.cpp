// Only the last extension counts.
#include "tools/vaecomp/batch/derived_names.h"

#include <string>
#include <utility>

#include "tools/vaecomp/support/names.h"

namespace vaecomp {

namespace fs = std::filesystem;

fs::path stream_name(fs::path picture, bool keep_extension) {
  if (keep_extension) return picture += ".vaec";
  return picture.replace_extension(".vaec");
}

fs::path picture_name(fs::path stream, std::string_view format) {
  fs::path name = std::move(stream.replace_extension());
  const std::string extension = lower_extension(name.string());
  if (extension == format || (extension == "jpeg" && format == "jpg")) return name;
  return (name += ".") += format;
}

}  // namespace vaecomp
