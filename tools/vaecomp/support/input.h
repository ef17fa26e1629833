// Reads whole files and pipes.
#pragma once

#include <string>

#include "format/error.h"
#include "tools/image_io/picture_file.h"

namespace vaecomp {

// No file that this program reads is larger; bounds what an endless pipe can make it hold.
inline constexpr std::uint64_t kMaxInputBytes = std::uint64_t{1} << 32;

// Reads the file at `path`, or standard input for "-", to its end. Reading stops after the first
// bytes when identify() does not know them: what is returned is then only good for saying so.
// Errors: kIo, kLimit.
Result<Bytes> read_input(const std::string& path);

// The first bytes of a file, enough for identify(). Errors: kIo.
Result<Bytes> read_head(const std::string& path);

}  // namespace vaecomp
