// What happens to decoded rows before they are written: laid over a colour, turned upright.
#pragma once

#include <memory>

#include "tools/image_io/picture_writer.h"
#include "tools/vaecomp/picture/background.h"

namespace vaecomp {

// Gives `next` the picture laid over the colour (flattened()), row by row.
std::unique_ptr<PictureWriter> flattening_writer(Colour background,
                                                 std::unique_ptr<PictureWriter> next);

// Gives `next` the picture turned as its EXIF says (upright()). One that is to be turned is held as
// a whole until its last row is there; others pass through.
std::unique_ptr<PictureWriter> upright_writer(std::unique_ptr<PictureWriter> next);

}  // namespace vaecomp
