// Files are told apart by their first bytes.
#include "tools/vaecomp/batch/replacing.h"

#include <filesystem>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/support/input.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWayOut = ": choose another name, or add --overwrite to replace it";

bool may_be_replaced(FileKind kind, Writes what) {
  if (what == Writes::kStreams) return kind == FileKind::kVaec;
  return kind != FileKind::kVaec && kind != FileKind::kVaem && kind != FileKind::kUnknown;
}

// "is a JPEG file, and no vaec stream".
std::string description(FileKind kind, Writes what) {
  const std::string wanted = what == Writes::kStreams ? "vaec stream" : "picture";
  if (kind == FileKind::kUnknown) return "is no " + wanted;
  return "is a " + std::string(kind_name(kind)) + " file, and no " + wanted;
}

}  // namespace

Status check_named_output(const std::string& output, Writes what) {
  if (output == "-") return std::nullopt;
  if (what == Writes::kStreams && is_picture_name(output)) {
    const std::string better = fs::path(output).replace_extension(".vaec").string();
    return usage_error("a stream would have a picture's name: write -o " + quoted_name(better) +
                           ", or add --overwrite",
                       output);
  }
  std::error_code ignored;
  if (!fs::is_regular_file(output, ignored) || fs::file_size(output, ignored) == 0)
    return std::nullopt;
  const Result<Bytes> head = read_head(output);
  if (!head) {
    return Failure{
        output,
        {ErrorCode::kIo, "exists, and cannot be read to tell what it is" + std::string(kWayOut)}};
  }
  const FileKind kind = identify(*head);
  if (may_be_replaced(kind, what)) return std::nullopt;
  return Failure{output, {ErrorCode::kIo, "exists and " + description(kind, what) + kWayOut}};
}

}  // namespace vaecomp
