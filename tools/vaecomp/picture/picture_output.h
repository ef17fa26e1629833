// Which kind of picture file a decoded picture becomes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/image_io/picture_writer.h"
#include "tools/image_io/remark.h"
#include "tools/image_io/write_options.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

enum class PictureFormat {
  kPng,
  kPpm,   // P6; a grey picture gets three equal channels
  kPgm,   // P5; grey pictures only
  kPnm,   // P6 or P5, as the picture is; P7 if it has alpha
  kPam,   // P7
  kJpeg,  // 8 bits, no alpha
};

// Names for --format.
inline constexpr const char* kPictureFormatNames[] = {"png", "ppm", "pgm", "pnm", "pam", "jpg"};

// Whether the extension is one of pictures, read and written by this program or not.
bool is_picture_name(const std::string& path);

// Whether the extension is one of this program's streams or models.
bool is_own_name(const std::string& path);

// The format with this name, or for an empty name the one that the extension of `path` asks for:
// PNG, unless it names another. Fails for the extensions of formats that are not written, and for
// those of other formats than the one with this name.
Status choose_format(std::string_view name, const std::string& path, PictureFormat& format);

// Writes a file of this format; what of the picture's metadata it cannot hold is told by remarks.
// Errors: kInvalidArgument (RGB as PGM, alpha as PPM, PGM or JPEG), those of png_writer,
// jpeg_writer and `sink`.
std::unique_ptr<PictureWriter> picture_writer(PictureFormat format,
                                              const PictureWriteOptions& options, ByteSink sink,
                                              Remarks* remarks = nullptr);

// The same of a picture in memory.
Result<Bytes> write_picture(ImageView image, PictureFormat format,
                            const PictureWriteOptions& options = {}, Remarks* remarks = nullptr);

}  // namespace vaecomp
