// What a file that the user named as the output may replace.
#pragma once

#include <string>

#include "tools/vaecomp/support/status.h"

namespace vaecomp {

enum class Writes { kStreams, kPictures };  // what a command's outputs are

// Whether a name that was meant for something else is about to be written under, which takes an
// --overwrite: for a stream, a name that ends as a picture's, or a file that is there and is no
// stream; for a picture, a file that is there and is no picture. Empty files, devices and pipes may
// be written. Errors: kInvalidArgument (the name), kIo (the file).
Status check_named_output(const std::string& output, Writes what);

}  // namespace vaecomp
