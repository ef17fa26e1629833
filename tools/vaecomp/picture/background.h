// Flattening: alpha over a colour, for files that have no place for it.
#pragma once

#include <cstdint>
#include <string_view>

#include "vaecomp/rows.hpp"

namespace vaecomp {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;

  bool is_grey() const { return red == green && green == blue; }
};

// Reads "#RRGGBB", with or without the "#". Errors: kInvalidArgument.
Result<Colour> parse_colour(std::string_view text);

// Lays the picture over the colour; the result has no alpha. Samples are mixed as they are stored,
// as viewers do. A grey picture with alpha becomes RGB unless the colour is a grey, too.
Image flattened(Image image, Colour background);

// What that makes of a picture's head.
PictureHead flattened_head(PictureHead head, Colour background);

}  // namespace vaecomp
