// A picture's samples as the exact coder takes them.
#pragma once

#include <vector>

#include "codec/lossless/plane_view.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

inline PlaneView colour_plane(ImageView image, std::size_t channel) {
  const std::size_t channels = image.channels, stride = channels * image.width;
  if (image.depth() == 16) return {nullptr, image.samples16.data() + channel, channels, stride};
  return {image.samples.data() + channel, nullptr, channels, stride};
}

// The first `count` channels.
inline std::vector<PlaneView> colour_planes(ImageView image, int count) {
  std::vector<PlaneView> planes;
  for (int c = 0; c < count; ++c) planes.push_back(colour_plane(image, c));
  return planes;
}

inline PlaneView alpha_plane(ImageView image) {
  return {nullptr, image.alpha.data(), 1, static_cast<std::size_t>(image.width)};
}

inline PlanesShape shape_of(ImageView image, std::size_t planes) {
  return {image.width, image.height, static_cast<int>(planes), image.depth()};
}

}  // namespace vaecomp
