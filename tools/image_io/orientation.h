// EXIF's orientation: how a picture as stored is to be turned for showing.
#pragma once

#include "vaecomp/rows.hpp"

namespace vaecomp {

// The orientation in an EXIF block, 1 .. 8 (EXIF 2.3, tag 0x0112); 1, as it is, if there is none or
// the block makes no sense.
int exif_orientation(ByteSpan exif);

// The picture as it is to be shown, its EXIF left as it is. 5 .. 8 exchange width and height.
Image oriented(Image image, int orientation);

// Rows [begin, end) of the picture as it is to be shown, without metadata; and its head.
Image oriented_rows(const Image& stored, int orientation, int begin, int end);
PictureHead oriented_head(PictureHead head, int orientation);

// Makes metadata that ask for turning say that the picture is upright: the EXIF's orientation and
// that of the XMP (tiff:Orientation) become 1, and the EXIF's thumbnail, which is not turned, is no
// longer referred to. Nothing changes where the EXIF's orientation is 1.
void forget_orientation(Metadata& metadata);

// The picture turned as its EXIF says, and metadata that no longer asks for it.
Image upright(Image image);

}  // namespace vaecomp
