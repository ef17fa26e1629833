// Writers of picture files, which take rows and give bytes, so that neither picture nor file lies
// in memory as a whole.
#pragma once

#include "tools/image_io/byte_sink.h"
#include "vaecomp/rows.hpp"

namespace vaecomp {

// begin(), take() until all rows are there, finish(). What of the metadata has no place is remarked
// on by begin(). After an error nothing may be called any more.
class PictureWriter : public PictureSink {
 public:
  // Comes once, after the last row.
  virtual Result<void> finish() = 0;
};

// A picture in memory through `writer`.
inline Result<void> write_whole(PictureWriter& writer, ImageView image) {
  if (auto done = writer.begin(head_of(image)); !done) return done;
  image.metadata = nullptr;
  if (auto done = writer.take(image); !done) return done;
  return writer.finish();
}

}  // namespace vaecomp
