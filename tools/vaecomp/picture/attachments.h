// --exif, --icc, --xmp, --iptc of encode: metadata out of files instead of the picture's own.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Paths; empty: the picture's own is kept.
struct AttachArgs {
  std::string exif, icc, xmp, iptc;
};

void add_attach_options(CLI::App& command, AttachArgs& args);

// What the files hold, checked.
struct Attachments {
  std::optional<Bytes> exif, icc, xmp, iptc;
  int icc_channels = 0;  // of the pictures that the profile is for: 1 or 3
};

// Reads the files. EXIF may begin with "Exif\0\0" and is a TIFF block, ICC a profile for grey or
// RGB, XMP is UTF-8 and XML by its first character, IPTC a record or Photoshop resources. Fails
// with the file's name: kIo, kCorrupt, kUnsupportedFeature (a profile for other colours), kLimit.
// kInvalidArgument if more than one thing is to come from standard input.
Status load_attachments(const AttachArgs& args, bool pictures_from_stdin, Attachments& attachments);

// Replaces the picture's metadata. A profile replaces other facts on colours, too. Unless
// `pixels_as_stored`, the picture is upright already, and attached EXIF says so. Errors:
// kInvalidArgument (the profile is for grey and the picture is not, or the other way round).
Result<void> attach(const Attachments& attachments, bool pixels_as_stored, Image& image);

}  // namespace vaecomp
