// ICC profiles through Little CMS, the only files that include it.
#pragma once

#include <string>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What a picture's samples mean, as far as its metadata tell.
struct ColourMeaning {
  bool is_srgb = true;      // what everybody takes samples for: nothing need be said
  bool has_profile = true;  // `profile` says it all; or it is empty because nothing need be said
  std::string name;         // for messages: "Display P3 (ICC profile)"; empty if nothing is known
  Bytes profile;            // ICC, the best there is
};

// The meaning by PNG's precedence (see colour_facts.h), for a picture with so many channels of
// colour. The picture's own profile is kept as it is unless cICP says something else that another
// profile can say. Made profiles are equal byte for byte on every run.
ColourMeaning colour_meaning(const Metadata& metadata, int channels);

// What a profile is for.
struct ProfileInfo {
  std::string description;
  int channels = 0;  // of colour: 1 (grey), 3 (RGB), or 0 for anything else
};

// Errors: kCorrupt (no profile: its signature or length is wrong, or it cannot be parsed).
Result<ProfileInfo> inspect_profile(ByteSpan profile);

}  // namespace vaecomp
