// What a JPEG's segments say beside the picture.
#pragma once

#include "tools/image_io/jpeg_walk.h"
#include "tools/image_io/left_out.h"
#include "tools/image_io/metadata_room.h"

namespace vaecomp {

class JpegFacts {
 public:
  JpegFacts(const Limits& limits, Damage& damage) : room_(limits, damage) {}

  // Takes over EXIF, XMP, Photoshop resources (joined from all their segments), comments, and the
  // density of JFIF (as pHYs, the chunk that PNG has for it). The profile is libjpeg's to join.
  // The first of a kind counts; what is not kept is noted. Errors: kLimit, those of MetadataRoom.
  Result<void> take(const JpegSegment& segment);

  // The profile. Errors: as above.
  Result<void> take_profile(ByteSpan profile);

  Metadata& metadata() { return metadata_; }
  const LeftOut& left_out() const { return left_out_; }

  // How many pictures a multi-picture file (CIPA DC-007) says that it holds, 1 if it is none; and
  // where it says so.
  std::uint32_t pictures() const { return pictures_; }
  std::size_t pictures_offset() const { return pictures_offset_; }

 private:
  Result<void> take_comment(const JpegSegment& segment);
  void take_density(ByteSpan jfif);
  void take_pictures(const JpegSegment& segment);

  Metadata metadata_;
  LeftOut left_out_;
  MetadataRoom room_;
  std::uint32_t pictures_ = 1;
  std::size_t pictures_offset_ = 0;
  bool has_jfif_ = false;
};

}  // namespace vaecomp
