// The filter over decoded pixels, on every level, against the formulas of the document.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "codec/exact/filter_window.h"
#include "support/pictures.h"
#include "unit/kernels/every_level.h"

namespace vaecomp {
namespace {

struct Picture {
  int height, width;
  std::vector<std::int16_t> colours;  // [height][width][3], Q6
};

// Any values, or smooth ones with edges, as pictures have.
Picture made(int height, int width, bool wild, std::uint32_t seed) {
  test::Random random(seed);
  Picture picture{height, width, {}};
  for (int i = 0; i < 3 * height * width; ++i) {
    const int x = i / 3 % width, y = i / 3 / width;
    const int smooth = 64 * ((x * 3 + y * 5) % 180 + (x / 9 % 2) * 60) + random.below(200 + 4 * x);
    picture.colours.push_back(static_cast<std::int16_t>(!wild ? smooth
                                                        : random.below(3) == 0
                                                            ? random.below(65536) - 32768
                                                            : random.below(2) * 16320));
  }
  return picture;
}

// VC-56 and no more: half of the sums as large as they may be.
PixelFilter any_filter(int classes, bool large, std::uint32_t seed) {
  test::Random random(seed);
  PixelFilter filter{.classes = classes};
  for (int k = 0; k < classes; ++k) {
    for (int j = 0; j < 3; ++j) {
      int left = kMaxFilterSum;
      for (int t = 0; t < kFilterTaps[j].count; ++t) {
        const int size = large ? random.below(left + 1) : random.below(200);
        left -= size;
        filter.coefficients[k][j][t] =
            static_cast<std::int16_t>(random.below(2) == 0 ? size : -size);
      }
    }
  }
  return filter;
}

// Pixel by pixel, in 64 bits.
class Referee {
 public:
  explicit Referee(const Picture& picture) : picture_(picture) {}

  int level(int y, int x) const {
    std::int64_t sum = 0;
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) {
        const int row = std::clamp(y + dy, 0, picture_.height - 1);
        const int column = std::clamp(x + dx, 0, picture_.width - 1);
        sum += std::abs(second(0, row, column, 0, 1)) + std::abs(second(0, row, column, 1, 0));
      }
    }
    return (sum >= 4800) + (sum >= 19200) + (sum >= 38400);
  }

  std::vector<std::int16_t> filtered(const PixelFilter& filter) const {
    std::vector<std::int16_t> result;
    for (int y = 0; y < picture_.height; ++y) {
      for (int x = 0; x < picture_.width; ++x) {
        const int own = filter.classes == 1 ? 0 : level(y, x) / (4 / filter.classes);
        std::int64_t a[3];
        for (int j = 0; j < 3; ++j) a[j] = sum(filter.coefficients[own][j], j, y, x);
        const std::int64_t change[3] = {a[0] + a[1] + a[2], a[0] - 2 * a[2], a[0] - a[1] + a[2]};
        for (int c = 0; c < 3; ++c) {
          REQUIRE(std::abs(change[c]) + 256 < std::int64_t{1} << 31);
          result.push_back(static_cast<std::int16_t>(
              std::clamp<std::int64_t>(colour(y, x, c) + floor_512(change[c] + 256), 0, 16320)));
        }
      }
    }
    return result;
  }

 private:
  static std::int64_t floor_512(std::int64_t v) { return v >= 0 ? v / 512 : -((511 - v) / 512); }
  static std::int64_t floor_4(std::int64_t v) { return v >= 0 ? v / 4 : -((3 - v) / 4); }

  std::int64_t colour(int y, int x, int c) const {
    y = std::clamp(y, 0, picture_.height - 1);
    x = std::clamp(x, 0, picture_.width - 1);
    return std::clamp<int>(picture_.colours[3 * (y * picture_.width + x) + c], 0, 16320);
  }
  std::int64_t plane(int j, int y, int x) const {
    const std::int64_t r = colour(y, x, 0), g = colour(y, x, 1), b = colour(y, x, 2);
    return floor_4((j == 0 ? r + g + b : j == 1 ? r - b : r - 2 * g + b) + 2);
  }
  std::int64_t second(int j, int y, int x, int dy, int dx) const {
    return plane(j, y + dy, x + dx) + plane(j, y - dy, x - dx) - 2 * plane(j, y, x);
  }
  std::int64_t sum(const std::int16_t* coefficients, int j, int y, int x) const {
    constexpr int kD[12][2] = {{0, 1}, {0, 2}, {0, 3},  {1, -2}, {1, -1}, {1, 0},
                               {1, 1}, {1, 2}, {2, -1}, {2, 0},  {2, 1},  {3, 0}};
    std::int64_t total = 0;
    const auto at_all = [&](int of, int reach) {
      for (const auto& [dy, dx] : kD)
        if (std::abs(dy) + std::abs(dx) <= reach)
          total += *coefficients++ * second(of, y, x, dy, dx);
    };
    at_all(j, j == 0 ? 3 : 2);
    at_all(j == 0 ? 1 : 0, j == 0 ? 1 : 2);
    at_all(j == 2 ? 1 : 2, 1);
    total += *coefficients++ * (plane(0, y, x) - 6144);
    total += *coefficients++ * plane(1, y, x);
    total += *coefficients++ * plane(2, y, x);
    return total + *coefficients * 64;
  }

  const Picture& picture_;
};

std::vector<std::int16_t> filtered(const Picture& picture, const PixelFilter& filter) {
  FilterWindow window(picture.width, picture.height, filter.classes > 1);
  std::vector<std::int16_t> result(picture.colours.size());
  const std::size_t stride = std::size_t{3} * picture.width;
  int next = 0;
  for (int y = 0; y < picture.height; ++y) {
    window.take(&picture.colours[y * stride]);
    for (; next < window.ready(); ++next)
      kernels().filter.filter(window.row(next), filter, &result[next * stride]);
  }
  CHECK(next == picture.height);
  return result;
}

TEST_CASE("VC-57, VC-58: pictures of any size and filters of any kind follow the formulas") {
  std::uint32_t seed = 1;
  for (const auto& [height, width] :
       {std::pair{1, 1}, {1, 9}, {2, 3}, {4, 1}, {7, 5}, {13, 40}, {9, 270}}) {
    for (const bool wild : {false, true}) {
      const Picture picture = made(height, width, wild, ++seed);
      for (const int classes : {1, 2, 4}) {
        const PixelFilter filter = any_filter(classes, wild, ++seed);
        REQUIRE(filter.is_bounded());
        const std::vector<std::int16_t> expected = Referee(picture).filtered(filter);
        on_every_level([&] { CHECK(filtered(picture, filter) == expected); });
      }
    }
  }
}

TEST_CASE("VC-57: sums as large as they can be fit") {
  // One coefficient that is all of the sum, on a picture whose second differences are the largest.
  Picture picture{1, 9, {}};
  for (int x = 0; x < 9; ++x)
    for (int c = 0; c < 3; ++c)
      picture.colours.push_back(static_cast<std::int16_t>((x + c) % 2 == 0 ? 16320 : 0));
  for (const int sign : {1, -1}) {
    PixelFilter filter{.classes = 1};
    for (int j = 0; j < 3; ++j)
      filter.coefficients[0][j][0] = static_cast<std::int16_t>(sign * kMaxFilterSum);
    const std::vector<std::int16_t> expected = Referee(picture).filtered(filter);
    on_every_level([&] { CHECK(filtered(picture, filter) == expected); });
  }
}

TEST_CASE("VC-58: all four levels of activity occur, and are those of the document") {
  const Picture picture = made(40, 300, false, 3);
  const Referee referee(picture);
  on_every_level([&] {
    FilterWindow window(picture.width, picture.height, true);
    int next = 0, count[4] = {};
    for (int y = 0; y < picture.height; ++y) {
      window.take(&picture.colours[std::size_t{3} * y * picture.width]);
      for (; next < window.ready(); ++next) {
        const FilterRow row = window.row(next);
        for (int x = 0; x < picture.width; ++x) {
          ++count[row.levels[x]];
          REQUIRE(row.levels[x] == referee.level(next, x));
        }
      }
    }
    for (const int level : count) CHECK(level > 0);
  });
}

}  // namespace
}  // namespace vaecomp
