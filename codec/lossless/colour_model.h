// Colours told by those seen before: runs of a flat area, candidates from like neighbourhoods, and
// what is left for literals (SPEC.md sections 8.7 and 8.8). Exact zone.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "codec/lossless/bit_mixer.h"
#include "codec/lossless/colour_slots.h"
#include "codec/lossless/literal_model.h"
#include "codec/lossless/margined_rows.h"
#include "codec/lossless/pixel_colour.h"

namespace vaecomp {

template <typename Samples>
class ColourModel {
 public:
  using Colour = typename Samples::Colour;

  // For a band of so many pixels; `neighbours_only`: code_known is never called.
  ColourModel(int width, int planes, std::uint64_t pixels, bool neighbours_only)
      : width_(width),
        colours_(width),
        literal_(width),
        runs_(kRunLengths),
        run_ends_(kRunLengths * 64),
        equals_(64 * kMostCandidates),
        places_((neighbours_only ? 80 : 80 * 16) * kMostCandidates) {
    near_mixers_.fill({{65536 * 6 / 10, 65536 * 6 / 10}});
    if (neighbours_only) return;
    opinions_.resize(std::size_t{kOrders} * ColourSlot<Colour>::kOpinions * kMostCandidates);
    mixers_.resize(4 * kMostCandidates);
    slots_.resize(kOrders, ColourSlots<Colour>(pixels));
    for (Mixer& mixer : mixers_) mixer.weights.fill(65536 * 3 / 10);
    if (!Samples::kWide) {
      literals_.emplace(planes);
      by_first_.resize(256);
      by_first_and_left_.resize(1 << 16);
      by_first_bits_.resize(8);
      by_first_and_left_bits_.resize(8 * 3);
    }
  }

  void open_row(int y) {
    colours_.open_row(y), literal_.open_row(y);
    for (int i = 0; i < 4; ++i) rows_[i] = colours_.row(y - i);
    literal_row_ = literal_.row(y), literal_above_ = literal_.row(y - 1);
  }
  void close_row(int y) { colours_.close_row(y), literal_.close_row(y); }

  Colour left(int x) const { return rows_[0][x - 1]; }
  void take_known(int x, Colour colour) { rows_[0][x] = colour, literal_row_[x] = 0; }
  void take_literal(int x, Colour colour) { rows_[0][x] = colour, literal_row_[x] = 1; }

  // How many pixels from x on, before `end`, lie in a flat neighbourhood if they are all equal to
  // the one before x.
  int flat_length(int x, int end) const {
    const Colour colour = left(x);
    const Colour *above = rows_[1], *above2 = rows_[2];
    if (rows_[0][x - 2] != colour || above[x - 2] != colour || above[x - 1] != colour ||
        above[x] != colour || above[x + 1] != colour || above2[x - 1] != colour ||
        above2[x] != colour)
      return 0;
    int i = x;
    while (i < end && above[i + 2] == colour && above2[i + 1] == colour) ++i;
    return i - x;
  }

  // How many of `flat` pixels, 1 .. 64, equal the one before them.
  template <typename Coder>
  int code_run(Coder& coder, int flat, int run) {
    const int length_class = std::bit_width(static_cast<unsigned>(flat)) - 1;
    if (code_bit(coder, runs_[length_class], run == flat, kLongMemory)) return flat;
    const int bits = std::bit_width(static_cast<unsigned>(flat - 1));
    int node = 1;
    for (int k = bits - 1; k >= 0; --k)
      node = 2 * node + code_bit(coder, run_ends_[bits * 64 + node], run >> k & 1, kLongMemory);
    return std::min(node - (1 << bits), flat - 1);
  }

  // Whether the colour at x is one of the candidates: true, and `colour` is it, or false. The one
  // before x is none if it `is_excluded`. Each candidate takes time, and what comes after the first
  // four is not worth a bit.
  template <typename Coder>
  bool code_known(Coder& coder, int x, bool is_excluded, Colour& colour) {
    const Colour *r0 = rows_[0] + x, *r1 = rows_[1] + x, *r2 = rows_[2] + x, *r3 = rows_[3] + x;
    const Colour w = r0[-1], n = r1[0], ne = r1[1], nw = r1[-1], ww = r0[-2], nn = r2[0];
    const std::array<Colour, kNeighbours> around = {w,     n,     ne,     nw,     ww,     nn,
                                                    r2[1], r1[2], r1[-2], r2[-1], r0[-3], r2[-2],
                                                    r2[2], r1[3], r1[-3], r3[0],  r3[-1], r3[1]};
    std::uint64_t sum = 0;
    int next = 0;
    for (int order = 0; order < kOrders; ++order) {
      for (; next < kOrderSizes[order]; ++next) sum += around[next] * kHashFactors[next];
      found_[order] = &slots_[order].find(sum + order);
    }

    count_ = 0;
    const auto add = [&](Colour candidate) {
      if (count_ == kMostCandidates || (is_excluded && candidate == w)) return;
      for (int i = 0; i < count_; ++i)
        if (candidates_[i] == candidate) return;
      candidates_[count_++] = candidate;
    };
    for (int order = kOrders; order-- > 0;)
      if (found_[order]->first_count > 0) add(found_[order]->first);
    for (int order = kOrders; order-- > 0;)
      if (found_[order]->second_count > 0) add(found_[order]->second);
    for (const Colour neighbour : {w, n, ne, nw}) add(neighbour);

    const int place = place_of(x, w, n, ne, nw, ww);
    for (int i = 0; i < count_; ++i) {
      const Colour c = candidates_[i];
      std::array<AdaptiveBit*, kOrders + 2> cells;
      std::array<int, kOrders> opinion;
      for (int order = 0; order < kOrders; ++order) {
        opinion[order] = found_[order]->opinion(c);
        cells[order] =
            &opinions_[(order * ColourSlot<Colour>::kOpinions + opinion[order]) * kMostCandidates +
                       i];
      }
      cells[kOrders] = &equals_[equal_to(c, w, n, ne, nw, ww, nn) * kMostCandidates + i];
      cells[kOrders + 1] =
          &places_[((place * 4 + opinion[2] / 64) * 4 + opinion[1] / 64) * kMostCandidates + i];
      Mixer& mixer = mixers_[(opinion[3] > 0) + 2 * (opinion[2] > 0) + 4 * i];
      if (code_mixed_bit<kOrders + 2>(coder, cells, kMemories, mixer, colour == c)) {
        colour = c;
        return true;
      }
    }
    return false;
  }

  // The same, if no colours are looked for but those of the neighbours.
  template <typename Coder>
  bool code_near(Coder& coder, int x, bool is_excluded, Colour& colour) {
    const Colour *r0 = rows_[0] + x, *r1 = rows_[1] + x, *r2 = rows_[2] + x;
    const Colour w = r0[-1], n = r1[0], ne = r1[1], nw = r1[-1], ww = r0[-2], nn = r2[0];
    const int place = place_of(x, w, n, ne, nw, ww);
    int next = 0;
    const auto is_it = [&](Colour c) {
      const int i = next++;
      const std::array<AdaptiveBit*, 2> cells = {
          &equals_[equal_to(c, w, n, ne, nw, ww, nn) * kMostCandidates + i],
          &places_[place * kMostCandidates + i]};
      return code_mixed_bit<2>(coder, cells, {kLongMemory, kLongMemory}, near_mixers_[i],
                               colour == c);
    };
    if (!is_excluded && is_it(w)) return colour = w, true;
    if (n != w && is_it(n)) return colour = n, true;
    if (ne != w && ne != n && is_it(ne)) return colour = ne, true;
    if (nw != w && nw != n && nw != ne && is_it(nw)) return colour = nw, true;
    return false;
  }

  // The slots of code_known's neighbourhood learn what came.
  void learn(Colour colour) {
    for (ColourSlot<Colour>* slot : found_) slot->learn(colour);
  }

  LiteralModel& literals() { return *literals_; }

  // Whether the colour is the last one with this first component (and, tried first, this one of the
  // left pixel): true, and `colour` is it.
  template <typename Coder>
  bool code_by_first(Coder& coder, std::int32_t first, std::int32_t left, Colour& colour) {
    const LastColour& usual = by_first_[first & 255];
    const LastColour& near = by_first_and_left_[(first & 255) << 8 | (left & 255)];
    if (near.count > 0) {
      const int relation = usual.count == 0 ? 0 : usual.colour == near.colour ? 2 : 1;
      AdaptiveBit& cell = by_first_and_left_bits_[std::min<int>(near.count, 7) * 3 + relation];
      if (code_bit(coder, cell, colour == near.colour, kMiddleMemory)) {
        colour = near.colour;
        return true;
      }
    }
    if (usual.count == 0 || (near.count > 0 && usual.colour == near.colour)) return false;
    if (!code_bit(coder, by_first_bits_[std::min<int>(usual.count, 7)], colour == usual.colour,
                  kMiddleMemory))
      return false;
    colour = usual.colour;
    return true;
  }

  void learn_by_first(std::int32_t first, std::int32_t left, Colour colour) {
    by_first_[first & 255].learn(colour);
    by_first_and_left_[(first & 255) << 8 | (left & 255)].learn(colour);
  }

 private:
  // Neighbourhoods of so many pixels.
  static constexpr int kOrders = 4, kNeighbours = 18;
  static constexpr std::array<int, kOrders> kOrderSizes = {2, 4, 10, kNeighbours};
  static constexpr int kRunLengths = 7, kMostCandidates = 4;
  static constexpr std::uint32_t kMiddleMemory = 30;
  static constexpr std::array<std::uint32_t, kOrders + 2> kMemories = {
      kLongMemory, kLongMemory, kLongMemory, kLongMemory, kLongMemory, kLongMemory};
  static constexpr auto kHashFactors = [] {
    std::array<std::uint64_t, kNeighbours> factors{};
    std::uint64_t power = 1;
    for (std::uint64_t& factor : factors) factor = power *= ColourSlots<Colour>::kHashFactor;
    return factors;
  }();
  using Mixer = MixerWeights<kOrders + 2>;

  struct LastColour {
    Colour colour = 0;
    std::uint8_t count = 0;  // how often in a row it was the one, up to 30; 0: none yet

    void learn(Colour c) {
      count = static_cast<std::uint8_t>(count > 0 && c == colour ? std::min(count + 1, 30) : 1);
      colour = c;
    }
  };

  // What bits of candidates are foretold by: which neighbours equal each other and how many were
  // literals, 0 .. 79, and which of them a candidate equals, 0 .. 63.
  int place_of(int x, Colour w, Colour n, Colour ne, Colour nw, Colour ww) const {
    const int literals =
        literal_row_[x - 1] + literal_above_[x] + literal_above_[x + 1] + literal_above_[x - 1];
    return literals * 16 + (w == n) + 2 * (n == ne) + 4 * (w == nw) + 8 * (w == ww);
  }
  static int equal_to(Colour c, Colour w, Colour n, Colour ne, Colour nw, Colour ww, Colour nn) {
    return (c == w) + 2 * (c == n) + 4 * (c == nw) + 8 * (c == ne) + 16 * (c == ww) +
           32 * (c == nn);
  }

  int width_;
  MarginedRows<Colour> colours_;
  MarginedRows<std::uint8_t> literal_;  // 1: no known colour
  std::array<Colour*, 4> rows_ = {};
  std::uint8_t* literal_row_ = nullptr;
  const std::uint8_t* literal_above_ = nullptr;

  std::vector<AdaptiveBit> runs_, run_ends_, opinions_, equals_, places_;
  std::vector<Mixer> mixers_;
  std::array<MixerWeights<2>, kMostCandidates> near_mixers_;
  std::vector<ColourSlots<Colour>> slots_;
  std::array<ColourSlot<Colour>*, kOrders> found_ = {};
  std::array<Colour, kMostCandidates> candidates_ = {};
  int count_ = 0;

  std::optional<LiteralModel> literals_;
  std::vector<LastColour> by_first_, by_first_and_left_;
  std::vector<AdaptiveBit> by_first_bits_, by_first_and_left_bits_;
};

}  // namespace vaecomp
