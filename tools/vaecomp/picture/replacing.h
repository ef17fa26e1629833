// What a file that the user named as the output may replace.
#pragma once

#include <string>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {

// What a command's outputs are; data are arrays and metadata, which have no mark of their own.
enum class Writes { kStreams, kPictures, kData };

// Whether a name that was meant for something else is about to be written under: for a stream, a
// name that ends as a picture's, or a file that is there and is no stream; for a picture, a file
// that is there and is no picture; for data, a name or a file of a picture, stream or model. Empty
// files, devices and pipes may be written. What the user is told to do is `--overwrite`, if the
// command has it. Errors: kInvalidArgument (the name), kIo (the file).
Status check_named_output(const std::string& output, Writes what, bool has_overwrite = true);

}  // namespace vaecomp
