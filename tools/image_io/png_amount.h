// Whether a PNG's data can be as much as its header promises.
#pragma once

#include "tools/image_io/png_survey.h"

namespace vaecomp {

// False if the file's IDAT chunks are certain to give less than all samples. Of interlaced pictures
// beyond kWholeBytes they are inflated to find out, because all rows of those are held from the
// first pass on; of others deflate's largest ratio is the measure.
bool has_enough_data(const PngSurvey& survey, ByteSpan file, bool interlaced);

}  // namespace vaecomp
