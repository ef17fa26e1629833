// What a picture's metadata say about the colours that its samples mean, without an ICC profile's
// help: PNG's chunks cICP, sRGB, gAMA and cHRM.
#pragma once

#include <optional>
#include <string>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// A chromaticity of CIE 1931.
struct Chromaticity {
  double x = 0, y = 0;
};

struct Primaries {
  Chromaticity white, red, green, blue;
};

// From a sample v, 0 .. 1, to light: (a v + b)^gamma from d on, c v below.
struct TransferCurve {
  double gamma = 1, a = 1, b = 0, c = 0, d = 0;
};

// RGB with these primaries, or grey of this white.
struct ColourSpace {
  Primaries primaries;
  TransferCurve transfer;
};

// The colour space of samples of which nothing is known (IEC 61966-2-1).
extern const ColourSpace kSrgbSpace;

// Who decides what samples mean, in the order of precedence (PNG, third edition, section 4.3): what
// comes earlier overrides what comes later.
enum class ColourSource { kCicp, kIcc, kSrgb, kGamma, kNone };

struct ColourFacts {
  ColourSource source = ColourSource::kNone;
  std::string name;  // "BT.2020 primaries, PQ transfer (cICP)"; empty for kIcc, kNone
  std::optional<ColourSpace> space;  // none for kIcc, and where no formula of this kind exists: HDR
};

// Facts about the colours of a picture with so many channels of colour. A chunk of the wrong length
// or without sense counts as missing; so do primaries of a grey picture. gAMA 1/2.2 with sRGB's
// primaries, or none, is what writers put beside sRGB (PNG, 11.3.2.5): it is taken for that.
ColourFacts colour_facts(const Metadata& metadata, int channels);

// Whether a chunk of Metadata::display is about colours: cICP, sRGB, gAMA, cHRM, mDCV, cLLI.
bool is_about_colours(const PngChunk& chunk);

}  // namespace vaecomp
