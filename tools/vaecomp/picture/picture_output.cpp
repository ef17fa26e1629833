// Output formats by name and extension.
#include "tools/vaecomp/picture/picture_output.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tools/image_io/jpeg.h"
#include "tools/image_io/png.h"
#include "tools/image_io/pnm.h"

namespace vaecomp {
namespace {

// Of kinds that are not written: under one of these names a picture would not be what it says.
constexpr std::string_view kForeignPictures[] = {
    "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "jfif", "jpe",
    "pbm",  "pfm", "psd", "tga", "exr",  "hdr",  "qoi",  "ico",  "svg", "dng", "cr2",  "nef"};
constexpr std::string_view kOwnFiles[] = {"vaec", "vaem"};

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// JPEG and Netpbm's formats but PAM have no place for alpha.
Error no_alpha(const char* format) {
  return {ErrorCode::kInvalidArgument, std::string("a picture with transparency cannot be a ") +
                                           format +
                                           ": use .png or .pam, or choose a --background #RRGGBB"};
}

// Writes a format, once it is known what the picture is.
class FormatWriter : public PictureWriter {
 public:
  FormatWriter(PictureFormat format, const PictureWriteOptions& options, ByteSink sink,
               Remarks* remarks)
      : format_(format), options_(options), sink_(std::move(sink)), remarks_(remarks) {}

  Result<void> begin(const PictureHead& head) override {
    if (auto fits = check(head); !fits) return fits;
    writer_ = make(head.alpha);
    return writer_->begin(head);
  }

  Result<void> take(ImageView rows) override { return writer_->take(rows); }
  Result<void> finish() override { return writer_->finish(); }

 private:
  // Whether the format has a place for the picture.
  Result<void> check(const PictureHead& head) const {
    if (format_ == PictureFormat::kPgm && head.channels != 1) {
      return Error{ErrorCode::kInvalidArgument, "an RGB picture cannot be a PGM: use .ppm or .png"};
    }
    if (!head.alpha) return {};
    if (format_ == PictureFormat::kJpeg) return no_alpha("JPEG");
    if (format_ == PictureFormat::kPgm) return no_alpha("PGM");
    if (format_ == PictureFormat::kPpm) return no_alpha("PPM");
    return {};
  }

  std::unique_ptr<PictureWriter> make(bool alpha) {
    switch (format_) {
      case PictureFormat::kPng:
        return png_writer(options_, std::move(sink_), remarks_);
      case PictureFormat::kJpeg:
        return jpeg_writer(options_, std::move(sink_), remarks_);
      case PictureFormat::kPam:
        return pnm_writer(PnmKind::kPam, std::move(sink_), remarks_);
      case PictureFormat::kPpm:
        return pnm_writer(PnmKind::kPpm, std::move(sink_), remarks_);
      case PictureFormat::kPgm:
      case PictureFormat::kPnm:
        break;
    }
    return pnm_writer(alpha ? PnmKind::kPam : PnmKind::kPnm, std::move(sink_), remarks_);
  }

  PictureFormat format_;
  PictureWriteOptions options_;
  ByteSink sink_;
  Remarks* remarks_;
  std::unique_ptr<PictureWriter> writer_;
};

// jpg for jpeg.
std::string format_of(std::string extension) { return extension == "jpeg" ? "jpg" : extension; }

// Whether a file with this extension may hold this format: the same, or PNM, which has them all.
bool agree(const std::string& extension, const std::string& format) {
  const auto is_pnm = [](const std::string& name) {
    return name == "ppm" || name == "pgm" || name == "pam";
  };
  return extension == format || (format == "pnm" && is_pnm(extension)) ||
         (extension == "pnm" && is_pnm(format));
}

}  // namespace

bool is_picture_name(const std::string& path) {
  const std::string extension = lower_extension(path);
  return contains(kPictureFormatNames, format_of(extension)) ||
         contains(kForeignPictures, extension);
}

bool is_own_name(const std::string& path) { return contains(kOwnFiles, lower_extension(path)); }

Status choose_format(std::string_view name, const std::string& path, PictureFormat& format) {
  const std::string extension = lower_extension(path);
  const std::string wanted = format_of(name.empty() ? extension : std::string(name));
  const bool known = is_picture_name(path) || is_own_name(path);
  if (!name.empty() && known && !agree(format_of(extension), wanted)) {
    return usage_error("a " + wanted + " (--format) would have the name of a " + extension +
                           ": give it the extension ." + wanted + ", or leave out --format",
                       path);
  }
  const auto* found =
      std::find(std::begin(kPictureFormatNames), std::end(kPictureFormatNames), wanted);
  if (found != std::end(kPictureFormatNames)) {
    format = static_cast<PictureFormat>(found - std::begin(kPictureFormatNames));
    return std::nullopt;
  }
  if (known) {
    return usage_error("." + wanted + " is not written: use .png, .jpg, .pam, .ppm or .pgm", path);
  }
  format = PictureFormat::kPng;
  return std::nullopt;
}

std::unique_ptr<PictureWriter> picture_writer(PictureFormat format,
                                              const PictureWriteOptions& options, ByteSink sink,
                                              Remarks* remarks) {
  return std::make_unique<FormatWriter>(format, options, std::move(sink), remarks);
}

Result<Bytes> write_picture(ImageView image, PictureFormat format,
                            const PictureWriteOptions& options, Remarks* remarks) {
  Bytes file;
  FormatWriter writer(format, options, appending_to(file), remarks);
  if (auto done = write_whole(writer, image); !done) return done.error();
  return file;
}

}  // namespace vaecomp
