// Brings two pictures into a form in which their samples can be compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// A picture as it is shown: turned as its EXIF says.
Image as_shown(Image image);

// Turns a grey picture into an RGB one of three equal channels.
void give_rgb(Image& image);

// Gives two pictures of equal size the same channels (grey becomes RGB), the same depth (8 bits
// become 16) and an alpha plane if either has one. Colours that are fully transparent in both
// become black in both: nobody sees them.
void make_comparable(Image& a, Image& b);

// PSNR of colours, peak 255 or 65535, and of alpha; infinity for equal ones, nothing for alpha
// without alpha. Precondition: make_comparable.
double colour_psnr(const Image& a, const Image& b);
std::optional<double> alpha_psnr(const Image& a, const Image& b);

// A picture with 8 bits a sample.
Image with_8_bits(Image image);

// "20 x 12 RGB", "20 x 12 grey, 16 bits, alpha"; `kind`: "RGB", "grey".
std::string size_text(int width, int height, std::string_view kind, int depth, bool alpha);

}  // namespace vaecomp
