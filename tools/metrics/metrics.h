// Distances between two 8-bit pictures: PSNR and MS-SSIM.
#pragma once

#include <optional>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// A side shorter than this leaves no room for the window at the fifth scale: (11 - 1) * 2^4 + 1.
inline constexpr int kMsSsimSmallestSide = 161;

// Peak signal-to-noise ratio in dB over all samples, peak 255; infinity for equal pictures.
// Precondition, here and below: same width, height and channels.
double psnr(ImageView a, ImageView b);

// Multi-scale structural similarity, 0 .. 1 (Wang, Simoncelli and Bovik, "Multiscale structural
// similarity for image quality assessment", 2003): five scales, 11 x 11 Gaussian window with
// sigma 1.5 where it fits whole, mean over the channels. Halving takes means of 2 x 2 samples and
// pads an odd side with a zero in front, like the PyTorch implementation that published results are
// computed with. Nothing if a side is shorter than kMsSsimSmallestSide.
std::optional<double> ms_ssim(ImageView a, ImageView b);

// A grey picture as RGB with three equal channels; an RGB picture as it is.
Image to_rgb(ImageView image);

}  // namespace vaecomp
