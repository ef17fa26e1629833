// The marks in an XMP packet that announce what follows the picture in its file.
#pragma once

#include <string_view>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Whether the packet announces a video behind the picture: a motion photo (Google's camera name
// space: MotionPhoto, MicroVideo).
bool announces_video(const Bytes& xmp);

// Whether it lists a gain map among the pictures of the file (Item:Semantic).
bool announces_gain_map(const Bytes& xmp);

// Takes the marks of a video out, and the items of the file's list that are the video or a gain
// map. False if some are left, because they are written in a way that is not understood.
bool forget_announcements(Bytes& xmp);

}  // namespace vaecomp
