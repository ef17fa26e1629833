// The filter that least squares find: it undoes what a filter can undo, and costs nothing
// elsewhere.
#include "codec/encoder/fit_filter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "codec/kernels/kernels.h"
#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

constexpr int kWidth = 140, kHeight = 90;
constexpr PixelArea kAll = {0, 0, kWidth, kHeight};

// What a network might give: the picture blurred, its red too strong.
Tensor blurred(const Image& image) {
  Tensor colours(image.height, image.width, 3);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const auto at = [&](int column) {
          column = std::clamp(column, 0, image.width - 1);
          const std::size_t pixel = static_cast<std::size_t>(y) * image.width + column;
          return image.samples[image.channels * pixel + (image.channels == 3 ? c : 0)];
        };
        const int soft = 16 * (at(x - 1) + 2 * at(x) + at(x + 1)) + (c == 0 ? 250 : 0);
        colours.at(y, x)[c] = static_cast<std::int16_t>(std::min(soft, 16320));
      }
    }
  }
  return colours;
}

double squared_error(const Image& image, const Tensor& colours, const PixelFilter& filter) {
  FilterWindow window(image.width, image.height, true);
  std::vector<std::int16_t> row(std::size_t{3} * image.width);
  double sum = 0;
  int next = 0;
  for (int y = 0; y < image.height; ++y) {
    window.take(colours.row(y));
    for (; next < window.ready(); ++next) {
      const FilterRow around = window.row(next);
      std::copy_n(around.colours, row.size(), row.begin());
      if (filter.classes > 0) kernels().filter.filter(around, filter, row.data());
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::size_t pixel = static_cast<std::size_t>(next) * image.width + i / 3;
        const int sample =
            image.samples[image.channels * pixel + (image.channels == 3 ? i % 3 : 0)];
        sum += std::pow(row[i] / 64.0 - sample, 2);
      }
    }
  }
  return sum;
}

TEST_CASE("a blur is undone, of colours and of grey, with one class or more") {
  for (const int channels : {1, 3}) {
    const Image image = test::picture(kWidth, kHeight, channels, 4);
    const Tensor colours = blurred(image);
    FilterFit fit;
    fit.add(colours, image.view(), 0, 0, kAll);
    const PixelFilter filter = fit.best({.bits = 1}).filter;
    REQUIRE(filter.classes > 0);
    CHECK(filter.is_bounded());
    CHECK(squared_error(image, colours, filter) < 0.3 * squared_error(image, colours, {}));
  }
}

TEST_CASE("cheap errors leave the filter out, dear ones and more pixels bring more of it") {
  const Image image = test::picture(kWidth, kHeight, 3, 4);
  FilterFit fit;
  fit.add(blurred(image), image.view(), 0, 0, {5, 10, 130, 50});
  CHECK(fit.best({.bits = 1e-9}).filter.classes == 0);
  CHECK(fit.best({.bits = 1e-9, .share = 1e9}).filter.classes > 0);
}

TEST_CASE("chance is not taken for a rule, where most of the picture is not seen") {
  test::Random random(6);
  Image image{.samples = {}, .width = kWidth, .height = kHeight, .channels = 3};
  Tensor colours(kHeight, kWidth, 3);
  for (std::int16_t& colour : colours.values) {
    const int sample = 50 + random.below(100);
    colour = static_cast<std::int16_t>(64 * sample);
    image.samples.push_back(static_cast<std::uint8_t>(sample + random.below(81) - 40));
  }
  FilterFit all, part;
  all.add(colours, image.view(), 0, 0, kAll);
  CHECK(all.best({.bits = 1}).filter.classes > 0);  // all that is to be had
  part.add(colours, image.view(), 0, 0, {20, 20, 40, 40});
  CHECK(part.best({.bits = 1, .share = 30}).filter.classes == 0);
}

TEST_CASE("what is right already needs none") {
  const Image image = test::picture(kWidth, kHeight, 3, 4);
  Tensor colours(kHeight, kWidth, 3);
  std::transform(image.samples.begin(), image.samples.end(), colours.values.begin(),
                 [](int sample) { return static_cast<std::int16_t>(64 * sample); });
  FilterFit fit;
  fit.add(colours, image.view(), 0, 0, kAll);
  CHECK(fit.best({.bits = 1}).filter.classes == 0);
}

TEST_CASE("16 bits: as 8 bits where the samples are") {
  const Image image = test::picture(kWidth, kHeight, 3, 4);
  const Image deep = test::deepened(image);
  FilterFit narrow, wide;
  narrow.add(blurred(image), image.view(), 0, 0, kAll);
  wide.add(blurred(image), deep.view(), 0, 0, kAll);
  CHECK(narrow.best({.bits = 1}).filter == wide.best({.bits = 1}).filter);
}

TEST_CASE("streams carry a filter, without which they decode to something farther off") {
  const Image image = test::picture(200, 150, 3);
  const Model& model = test::tiny_model();
  const EncodeOptions options{.quality = 40, .verify = true, .learned_only = true};
  const Bytes stream = encode(model, image.view(), options).value();
  CHECK(probe(stream).value().filter_bytes > 0);
  Container container = read_container(stream).value();
  std::erase_if(container.sections, [](const Section& s) { return s.tag == kTagFilter; });
  const Bytes without = write_container(container.header, container.sections);
  CHECK(probe(without).value().filter_bytes == 0);
  const auto error = [&](const Image& other) {
    double sum = 0;
    for (std::size_t i = 0; i < image.samples.size(); ++i)
      sum += std::pow(image.samples[i] - other.samples[i], 2);
    return sum;
  };
  CHECK(error(decode(model, stream).value()) < 0.98 * error(decode(model, without).value()));
}

}  // namespace
}  // namespace vaecomp
