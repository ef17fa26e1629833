// A band of rows to symbols and back: one model, in which the direction is the coder's (SPEC.md
// sections 8.3 and 8.6 to 8.9). Exact zone.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "codec/lossless/adaptive_bit.h"
#include "codec/lossless/block_mask.h"
#include "codec/lossless/colour_model.h"
#include "codec/lossless/pixel_colour.h"
#include "codec/lossless/smooth_model.h"

namespace vaecomp {

// What a band's first byte says.
struct BandMode {
  ColourTransform transform = ColourTransform::kNone;
  bool repeats = false;          // some blocks are told by colours seen before, ..
  bool neighbours_only = false;  // .. but only by those around a pixel

  bool operator==(const BandMode&) const = default;
};

// Blocks of a band are smooth or repeat colours.
inline constexpr int kBlockSide = 64;

struct BandShape {
  int width = 0, rows = 0;
  int planes = 1;
  int max_sample = 255;
  const BlockMask* mask = nullptr;  // of the picture; null: all of it is coded
  int first_row = 0;                // of the picture, for the mask

  // Whether pixel (x, y) of the band is coded.
  bool covers(int x, int y) const { return mask == nullptr || mask->covers(x, first_row + y); }

  std::size_t coded_pixels() const {
    if (mask == nullptr) return std::size_t{1} * width * rows;
    std::size_t count = 0;
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < width; x += BlockMask::kSide)
        if (covers(x, y)) count += std::min(BlockMask::kSide, width - x);
    return count;
  }
};

template <typename Samples, typename Coder>
class BandCoder {
 public:
  using Colour = typename Samples::Colour;

  // A coder for each plane.
  BandCoder(const BandShape& shape, BandMode mode, std::vector<Coder>& coders)
      : shape_(shape), mode_(mode), coders_(coders), block_bits_(3), blocks_(block_columns(shape)) {
    for (int p = 0; p < shape.planes; ++p) models_.emplace_back(shape.width);
    if (mode.repeats)
      colours_.emplace(shape.width, shape.planes, std::uint64_t{1} * shape.width * shape.rows,
                       mode.neighbours_only);
  }

  static int block_columns(const BandShape& shape) {
    return (shape.width + kBlockSide - 1) / kBlockSide;
  }

  // Codes row y, all of which come in order; a decoder fills it in. `repeats` says of each block
  // whether it repeats colours, and is read in its first row by an encoder only.
  void code_row(int y, Colour* row, const std::vector<bool>& repeats) {
    for (auto& model : models_) model.open_row(y);
    if (mode_.repeats) colours_->open_row(y);
    for (int block = 0, x = 0; x < shape_.width; ++block) {
      const int end = std::min(x + kBlockSide, shape_.width);
      if (mode_.repeats && y % kBlockSide == 0)
        code_block_kind(block, !Coder::kDecoding && repeats[block]);
      if (shape_.mask == nullptr) {
        code_pixels(blocks_[block], x, end, row);
        x = end;
      }
      while (x < end) {
        const int next = std::min(x + BlockMask::kSide, end);
        if (shape_.covers(x, y)) {
          open_priced_block(x, y);
          code_pixels(blocks_[block], x, next, row);
        } else {
          pass_over(x, next, row);
        }
        x = next;
      }
    }
    if (mode_.repeats) colours_->close_row(y);
    for (auto& model : models_) model.close_row(y);
  }

 private:
  // Whether the block before and the one above repeat colours is what a block's kind is foretold
  // by.
  void code_block_kind(int block, bool repeats) {
    const int context = blocks_[block] + (block > 0 && blocks_[block - 1]);
    blocks_[block] = code_bit(coders_[0], block_bits_[context], repeats, kShortMemory);
  }

  void code_pixels(bool repeats, int x, int end, Colour* row) {
    if (!repeats) return smooth_pixels(x, end, row);
    while (x < end) x = repeating_pixels(x, end, row);
  }

  // Pixels that are not coded look like the one before them.
  void pass_over(int x, int end, Colour* row) {
    Components c = {};
    for (int p = 0; p < shape_.planes; ++p) c[p] = models_[p].value(x - 1);
    const Colour colour = to_colour<Samples>(c, shape_.planes, mode_.transform);
    for (; x < end; ++x) {
      row[x] = colour;
      for (int p = 0; p < shape_.planes; ++p) models_[p].skip(x, c[p]);
      if (mode_.repeats) colours_->take_known(x, colour);
    }
  }

  // Tells a coder that adds up prices which block of the mask they belong to from here on.
  void open_priced_block(int x, int y) {
    if constexpr (Coder::kPricing)
      for (Coder& coder : coders_) coder.open_block(shape_.mask->index_of(x, shape_.first_row + y));
  }

  using Model = SmoothModel<Samples>;
  using Site = typename Model::Site;

  [[gnu::always_inline]] typename Model::Others others_of(int p, int x) const {
    if (p == 0) return {.none = true};
    const std::int32_t error = models_[0].error(x);
    const std::uint32_t first = std::abs(error);
    if (p != 2) return {error, 8 * first, 8 * first};
    const std::uint32_t second = std::abs(models_[1].error(x));
    return {error, 4 * first + 8 * second, 4 * first + 8 * second};
  }

  [[gnu::always_inline]] ValueRange range_at(int p, int x) const {
    return range_of(p, models_[0].value(x), shape_.planes, mode_.transform, shape_.max_sample);
  }

  [[gnu::always_inline]] void learn(int p, int x, const Site& site, std::int32_t value) {
    models_[p].learn(x, site, value);
    if (p > 0) models_[p].learn_slope(x, site);
  }

  // Pixels of a smooth block. Each component runs a pixel behind the one before it, which is all
  // that it needs: so a processor has work for all of them at once.
  void smooth_pixels(int begin, int end, Colour* row) {
    switch (shape_.planes) {
      case 1:
        return smooth_planes<1>(begin, end, row);
      case 2:
        return smooth_planes<2>(begin, end, row);
      case 3:
        return smooth_planes<3>(begin, end, row);
      default:
        return smooth_planes<4>(begin, end, row);
    }
  }

  template <int Planes>
  void smooth_planes(int begin, int end, Colour* row) {
    std::array<std::array<std::int32_t, kBlockSide>, Planes> given;
    if constexpr (!Coder::kDecoding) {
      for (int x = begin; x < end; ++x) {
        const Components c = to_components<Samples>(row[x], Planes, mode_.transform);
        for (int p = 0; p < Planes; ++p) given[p][x - begin] = c[p];
      }
    }
    const int length = end - begin;
    // Place i of the first component, i - 1 of the second, ..; `all` if none lies outside.
    const auto places = [&](int i, auto all) [[gnu::always_inline]] {
      std::array<Site, Planes> sites;
      std::array<std::int32_t, Planes> values;
      const auto each = [&](auto step) [[gnu::always_inline]] {
        [&]<int... P>(std::integer_sequence<int, P...>) [[gnu::always_inline]] {
          ((all || (i >= P && i - P < length)
                ? step(std::integral_constant<int, P>(), begin + i - P)
                : void()),
           ...);
        }
        (std::make_integer_sequence<int, Planes>());
      };
      each([&](auto p, int x) [[gnu::always_inline]] { models_[p].look_around(x, sites[p]); });
      each([&](auto p, int x) [[gnu::always_inline]] {
        models_[p].predict(sites[p], others_of(p, x), range_at(p, x));
      });
      each([&](auto p, int x) [[gnu::always_inline]] {
        values[p] = models_[p].code(coders_[p], sites[p], range_at(p, x), given[p][x - begin]);
      });
      each([&](auto p, int x) [[gnu::always_inline]] { learn(p, x, sites[p], values[p]); });
    };
    int i = 0;
    for (; i < std::min(Planes - 1, length); ++i) places(i, std::false_type());
    for (; i < length; ++i) places(i, std::true_type());
    for (; i < length + Planes - 1; ++i) places(i, std::false_type());
    for (int x = begin; x < end; ++x) {
      if constexpr (Coder::kDecoding) {
        Components c = {};
        for (int p = 0; p < Planes; ++p) c[p] = models_[p].value(x);
        row[x] = to_colour<Samples>(c, Planes, mode_.transform);
      }
      if (mode_.repeats) colours_->take_literal(x, row[x]);
    }
  }

  // Some pixels from x on, before `end`; returns where it stopped.
  int repeating_pixels(int x, int end, Colour* row) {
    const int flat = colours_->flat_length(x, end);
    bool broken = false;
    if (flat > 0) {
      const Colour colour = colours_->left(x);
      int run = 0;
      if constexpr (!Coder::kDecoding)
        while (run < flat && row[x + run] == colour) ++run;
      run = colours_->code_run(coders_[0], flat, run);
      if (run > 0) {
        const Components c = to_components<Samples>(colour, shape_.planes, mode_.transform);
        for (int i = 0; i < run; ++i) take_known(x + i, row[x + i], colour, c);
      }
      x += run;
      if (run == flat) return x;
      broken = true;
    }
    Colour& colour = row[x];
    if (mode_.neighbours_only) {
      if (colours_->code_near(coders_[0], x, broken, colour)) {
        take_known(x, colour, colour,
                   to_components<Samples>(colour, shape_.planes, mode_.transform));
      } else {
        smooth_pixels(x, x + 1, row);
      }
      return x + 1;
    }
    if (colours_->code_known(coders_[0], x, broken, colour)) {
      take_known(x, colour, colour, to_components<Samples>(colour, shape_.planes, mode_.transform));
    } else {
      literal_pixel(x, colour);
      colours_->take_literal(x, colour);
    }
    colours_->learn(colour);
    return x + 1;
  }

  void take_known(int x, Colour& to, Colour colour, const Components& c) {
    to = colour;
    for (int p = 0; p < shape_.planes; ++p) models_[p].skip(x, c[p]);
    colours_->take_known(x, colour);
  }

  void literal_pixel(int x, Colour& colour) {
    Components own = {};
    if constexpr (!Coder::kDecoding)
      own = to_components<Samples>(colour, shape_.planes, mode_.transform);
    bool found = false;  // the colour, by its first component
    for (int p = 0; p < shape_.planes; ++p) {
      Site site;
      models_[p].look_around(x, site);
      const ValueRange range = range_at(p, x);
      models_[p].predict(site, others_of(p, x), range);
      if constexpr (Samples::kWide) {
        own[p] = models_[p].code(coders_[p], site, range, own[p]);
      } else {
        if (!found) {
          const std::int32_t above = models_[p].value_above(x);
          const std::int32_t other = p == 1 ? own[0] : p == 2 ? 7 * own[1] + own[0] : above;
          const int low = colours_->literals().code(
              coders_[0], p, {models_[p].value(x - 1), other, site.prediction}, own[p]);
          own[p] = std::min(range.least + ((low - range.least) & 255), range.most);
        }
        if (p == 0 && shape_.planes > 1) {
          Colour guess = colour;
          found = colours_->code_by_first(coders_[0], own[0], models_[0].value(x - 1), guess);
          if (found) own = to_components<Samples>(guess, shape_.planes, mode_.transform);
        }
      }
      learn(p, x, site, own[p]);
    }
    if constexpr (Coder::kDecoding)
      colour = to_colour<Samples>(own, shape_.planes, mode_.transform);
    if constexpr (!Samples::kWide) {
      if (shape_.planes > 1) colours_->learn_by_first(own[0], models_[0].value(x - 1), colour);
    }
  }

  BandShape shape_;
  BandMode mode_;
  std::vector<Coder>& coders_;
  std::vector<Model> models_;
  std::optional<ColourModel<Samples>> colours_;
  std::vector<AdaptiveBit> block_bits_;
  std::vector<bool> blocks_;  // of this row of blocks, from those above on
};

}  // namespace vaecomp
