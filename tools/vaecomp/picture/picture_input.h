// Pictures as every command takes them: read by content, upright, with what there is to say about
// the file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "tools/image_io/remark.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct PictureArgs {
  Limits limits;
  bool tolerant = false;        // damage that changes pixels is a warning
  bool first_frame = false;     // that there are more pictures in a file is no warning
  bool no_auto_orient = false;  // pixels stay as stored, and the EXIF says how to turn them
};

// Declares --max-pixels, --tolerant, --first-frame and --no-auto-orient.
void add_picture_options(CLI::App& command, PictureArgs& args);

// Declares --no-auto-orient alone, for a command that only decodes.
void add_orient_option(CLI::App& command, PictureArgs& args);

// The picture in `file`, upright unless that is not wanted. Errors: those of read_picture().
Result<Image> picture_from(ByteSpan file, const PictureArgs& args, Remarks& remarks);

// A decoded picture, upright unless that is not wanted.
Image decoded_picture(Image image, const PictureArgs& args);

}  // namespace vaecomp
