// Densities, then colours.
#include "tools/vaecomp/study/heat_picture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/vaecomp/study/colour_map.h"

namespace vaecomp {
namespace {

constexpr int kLatentsPerHyper = kHyperStride / kLatentStride;
constexpr double kCellPixels = kLatentStride * kLatentStride;
constexpr double kUnderShare = 0.45;  // of the picture below the map

// How many latents along one side a hyper latent serves: fewer at the end.
int served(int hyper, int latents) {
  return std::min(kLatentsPerHyper, latents - hyper * kLatentsPerHyper);
}

// Place among the cells of one side: the nearer two and the second one's share.
struct Place {
  int first, second;
  double share;
};

Place place_of(int pixel, int cells, bool blocky) {
  if (blocky) return {pixel / kLatentStride, pixel / kLatentStride, 0};
  const double at = std::clamp((pixel + 0.5) / kLatentStride - 0.5, 0.0, cells - 1.0);
  const int first = static_cast<int>(at);
  return {first, std::min(first + 1, cells - 1), at - first};
}

double brightness(const Image& image, std::size_t pixel) {
  double sum = 0;
  for (int c = 0; c < image.channels; ++c) {
    const std::size_t i = pixel * image.channels + c;
    sum += image.depth() == 16 ? image.samples16[i] / 257.0 : image.samples[i];
  }
  return sum / image.channels;
}

}  // namespace

HeatMap heat_map(const StudiedLatents& studied) {
  HeatMap map;
  map.rows = studied.latents.rows;
  map.columns = studied.latents.columns;
  map.density.reserve(studied.bits.size());
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.columns; ++x) {
      const int hyper_y = y / kLatentsPerHyper, hyper_x = x / kLatentsPerHyper;
      const double hyper =
          studied.hyper_bits[std::size_t{1} * hyper_y * studied.hyper_columns + hyper_x];
      const int sharers = served(hyper_y, map.rows) * served(hyper_x, map.columns);
      const double bits = studied.bits[std::size_t{1} * y * map.columns + x] + hyper / sharers;
      map.density.push_back(bits / kCellPixels);
    }
  }
  const auto [min, max] = std::minmax_element(map.density.begin(), map.density.end());
  map.min = *min;
  map.max = *max;
  const double sum = std::accumulate(map.density.begin(), map.density.end(), 0.0);
  map.mean = sum / static_cast<double>(map.density.size());
  map.total_bits = sum * kCellPixels;
  return map;
}

Image heat_picture(const HeatMap& map, int width, int height, const HeatStyle& style,
                   const Image* under) {
  Image image{.samples = {}, .width = width, .height = height, .channels = 3};
  image.samples.reserve(std::size_t{3} * width * height);
  const auto density = [&](int row, const Place& x) {
    const double* values = map.density.data() + std::size_t{1} * row * map.columns;
    return values[x.first] + x.share * (values[x.second] - values[x.first]);
  };
  for (int y = 0; y < height; ++y) {
    const Place row = place_of(y, map.rows, style.blocky);
    for (int x = 0; x < width; ++x) {
      const Place column = place_of(x, map.columns, style.blocky);
      const double above = density(row.first, column);
      const double value = above + row.share * (density(row.second, column) - above);
      const std::array<double, 3> colour = cubehelix(style.white > 0 ? value / style.white : 0);
      for (double c : colour) {
        c *= 255;
        if (under != nullptr) {
          const std::size_t pixel = std::size_t{1} * y * width + x;
          c += kUnderShare * (brightness(*under, pixel) - c);
        }
        image.samples.push_back(static_cast<std::uint8_t>(std::lround(c)));
      }
    }
  }
  return image;
}

}  // namespace vaecomp
