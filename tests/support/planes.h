// Planes for tests of the exact coder.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/lossless/encode_planes.h"
#include "codec/lossless/exact_rows.h"

namespace vaecomp::test {

// Samples as [height][width][planes].
struct Planes {
  PlanesShape shape;
  std::vector<std::uint16_t> samples;

  Planes(const PlanesShape& of, auto&& value_at) : shape(of) {
    for (int y = 0; y < of.height; ++y)
      for (int x = 0; x < of.width; ++x)
        for (int p = 0; p < of.planes; ++p)
          samples.push_back(static_cast<std::uint16_t>(value_at(x, y, p)));
  }
};

inline std::vector<PlaneView> views_of(const Planes& planes) {
  const std::size_t step = planes.shape.planes;
  std::vector<PlaneView> views;
  for (std::size_t p = 0; p < step; ++p)
    views.push_back({nullptr, planes.samples.data() + p, step, step * planes.shape.width});
  return views;
}

inline Bytes encoded(const Planes& planes, int threads = 1, const BlockMask* mask = nullptr) {
  ThreadPool pool(threads);
  return encode_planes(views_of(planes), planes.shape, mask, pool).value();
}

inline Result<std::vector<std::uint16_t>> decoded(ByteSpan bytes, const PlanesShape& shape,
                                                  int threads = 1,
                                                  const BlockMask* mask = nullptr) {
  ThreadPool pool(threads);
  const Result<ExactRows> rows = ExactRows::open(bytes, shape, mask, pool);
  if (!rows) return rows.error();
  const std::size_t step = shape.planes, stride = step * shape.width;
  std::vector<std::uint16_t> samples(stride * shape.height);
  for (int y = 0; y < shape.height; ++y)
    for (int p = 0; p < shape.planes; ++p) rows->copy(y, p, &samples[y * stride + p], step);
  return samples;
}

}  // namespace vaecomp::test
