// Reading, then turning.
#include "tools/vaecomp/picture/picture_input.h"

#include <utility>

#include "tools/image_io/orientation.h"
#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/support/options.h"

namespace vaecomp {

void add_picture_options(CLI::App& command, PictureArgs& args) {
  add_limits_option(command, args.limits);
  command.add_flag("--tolerant", args.tolerant,
                   "Take pictures of which parts are damaged or missing, with a warning");
  command.add_flag("--first-frame", args.first_frame,
                   "Take the first of several pictures in a file without a warning");
  add_orient_option(command, args);
}

void add_orient_option(CLI::App& command, PictureArgs& args) {
  command.add_flag("--no-auto-orient", args.no_auto_orient,
                   "Leave pixels as they are stored; by default pictures are turned upright as "
                   "their EXIF says");
}

Result<Image> picture_from(ByteSpan file, const PictureArgs& args, Remarks& remarks) {
  const ReadOptions options{.limits = args.limits, .tolerant = args.tolerant};
  Remarks found;
  Result<Image> image = read_picture(file, options, &found);
  if (!image) return image.error();
  for (Remark& remark : found) {
    if (remark.kind == RemarkKind::kMore && args.first_frame) continue;
    remarks.push_back(std::move(remark));
  }
  return decoded_picture(*std::move(image), args);
}

Image decoded_picture(Image image, const PictureArgs& args) {
  return args.no_auto_orient ? std::move(image) : upright(std::move(image));
}

}  // namespace vaecomp
