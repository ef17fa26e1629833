// Files are told apart by their first bytes.
#include "tools/vaecomp/picture/replacing.h"

#include <filesystem>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/support/input.h"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

// EXIF begins as a TIFF does, so that of pictures only those count that are read here.
bool is_read_or_written(FileKind kind) {
  return kind >= FileKind::kVaec && kind <= FileKind::kJpeg;
}

bool may_be_replaced(FileKind kind, Writes what) {
  switch (what) {
    case Writes::kStreams:
      return kind == FileKind::kVaec;
    case Writes::kPictures:
      return kind != FileKind::kVaec && kind != FileKind::kVaem && kind != FileKind::kUnknown;
    case Writes::kData:
      return !is_read_or_written(kind);
  }
  return false;
}

// "is a JPEG file, and no vaec stream".
std::string description(FileKind kind, Writes what) {
  const std::string is = "is " + kind_with_article(kind) + " file";
  if (what == Writes::kData) return is;
  const std::string wanted = what == Writes::kStreams ? "vaec stream" : "picture";
  return kind == FileKind::kUnknown ? "is no " + wanted : is + ", and no " + wanted;
}

// Under a picture's name, or under a stream's or model's, only that belongs.
Status check_name(const std::string& output, Writes what, bool has_overwrite) {
  const bool stream = what == Writes::kStreams;
  if (what == Writes::kPictures || !(is_picture_name(output) || (!stream && is_own_name(output))))
    return std::nullopt;
  if (!stream) {
    return usage_error(
        "is the name of a picture, stream or model, which this is none of: choose "
        "another extension",
        output);
  }
  const std::string better = fs::path(output).replace_extension(".vaec").string();
  return usage_error("a stream would have a picture's name: write -o " + quoted_name(better) +
                         (has_overwrite ? ", or add --overwrite" : ""),
                     output);
}

}  // namespace

Status check_named_output(const std::string& output, Writes what, bool has_overwrite) {
  if (output == "-") return std::nullopt;
  if (Status failed = check_name(output, what, has_overwrite)) return failed;
  std::error_code ignored;
  if (!fs::is_regular_file(output, ignored) || fs::file_size(output, ignored) == 0)
    return std::nullopt;
  const std::string way_out = std::string(": choose another name, or ") +
                              (has_overwrite ? "add --overwrite to replace it" : "remove it first");
  const Result<Bytes> head = read_head(output);
  if (!head) {
    return Failure{output,
                   {ErrorCode::kIo, "exists, and cannot be read to tell what it is" + way_out}};
  }
  const FileKind kind = identify(*head);
  if (may_be_replaced(kind, what)) return std::nullopt;
  return Failure{output, {ErrorCode::kIo, "exists and " + description(kind, what) + way_out}};
}

}  // namespace vaecomp
