// Orientation, channels, depth, alpha.
#include "tools/vaecomp/picture/comparable.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "tools/image_io/orientation.h"

namespace vaecomp {
namespace {

template <typename Sample>
void spread_grey(std::vector<Sample>& samples) {
  std::vector<Sample> rgb;
  rgb.reserve(samples.size() * 3);
  for (const Sample sample : samples) rgb.insert(rgb.end(), 3, sample);
  samples = std::move(rgb);
}

void give_16_bits(Image& image) {
  if (image.depth() == 16) return;
  for (const std::uint8_t sample : image.samples) image.samples16.push_back(sample * 257);
  for (std::uint16_t& alpha : image.alpha) alpha = static_cast<std::uint16_t>(alpha * 257);
  image.samples.clear();
}

std::uint16_t full_alpha(const Image& image) { return image.depth() == 16 ? 65535 : 255; }

void give_alpha(Image& image) {
  if (image.alpha.empty())
    image.alpha.assign(static_cast<std::size_t>(image.width) * image.height, full_alpha(image));
}

void blacken(Image& image, std::size_t pixel) {
  for (int c = 0; c < image.channels; ++c) {
    const std::size_t i = pixel * image.channels + c;
    if (image.depth() == 16) {
      image.samples16[i] = 0;
    } else {
      image.samples[i] = 0;
    }
  }
}

template <typename Sample>
double psnr_of(std::span<const Sample> a, std::span<const Sample> b, double peak) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    squares += difference * difference;
  }
  if (squares == 0) return std::numeric_limits<double>::infinity();
  return 10.0 * std::log10(peak * peak / (squares / static_cast<double>(a.size())));
}

}  // namespace

void give_rgb(Image& image) {
  if (image.channels == 3) return;
  spread_grey(image.samples);
  spread_grey(image.samples16);
  image.channels = 3;
}

Image as_shown(Image image) {
  const int orientation = exif_orientation(image.metadata.exif);
  return oriented(std::move(image), orientation);
}

void make_comparable(Image& a, Image& b) {
  if (a.channels != b.channels) {
    give_rgb(a);
    give_rgb(b);
  }
  if (a.depth() != b.depth()) {
    give_16_bits(a);
    give_16_bits(b);
  }
  if (a.alpha.empty() && b.alpha.empty()) return;
  give_alpha(a);
  give_alpha(b);
  for (std::size_t pixel = 0; pixel < a.alpha.size(); ++pixel) {
    if (a.alpha[pixel] != 0 || b.alpha[pixel] != 0) continue;
    blacken(a, pixel);
    blacken(b, pixel);
  }
}

double colour_psnr(const Image& a, const Image& b) {
  if (a.depth() == 16) return psnr_of<std::uint16_t>(a.samples16, b.samples16, 65535);
  return psnr_of<std::uint8_t>(a.samples, b.samples, 255);
}

std::optional<double> alpha_psnr(const Image& a, const Image& b) {
  if (a.alpha.empty()) return std::nullopt;
  return psnr_of<std::uint16_t>(a.alpha, b.alpha, full_alpha(a));
}

Image with_8_bits(Image image) {
  if (image.depth() == 8) return image;
  image.samples.resize(image.samples16.size());
  std::transform(image.samples16.begin(), image.samples16.end(), image.samples.begin(), to_8_bit);
  for (std::uint16_t& alpha : image.alpha) alpha = to_8_bit(alpha);
  image.samples16.clear();
  return image;
}

std::string size_text(int width, int height, std::string_view kind, int depth, bool alpha) {
  return std::to_string(width) + " x " + std::to_string(height) + " " + std::string(kind) +
         (depth == 16 ? ", 16 bits" : "") + (alpha ? ", alpha" : "");
}

}  // namespace vaecomp
