// Hands each kind of file to its reader.
#include "tools/image_io/picture_file.h"

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"

namespace vaecomp {

Result<Image> read_picture(ByteSpan file, const ReadOptions& options, Remarks* remarks) {
  switch (identify(file)) {
    case FileKind::kPng:
      return read_png(file, options, remarks);
    case FileKind::kPnm:
      return read_pnm(file, options, remarks);
    case FileKind::kPfm:
      return read_pfm(file, options, remarks);
    case FileKind::kJpeg:
      return read_jpeg(file, options, remarks);
    default:
      return not_read(file);
  }
}

}  // namespace vaecomp
