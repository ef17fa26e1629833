// Greedy, pixel by pixel in the order of the exact coder, with a plain model of it: is a pixel's
// colour the one that followed such neighbours before, or that of the pixel left, above, right or
// left of that one? Otherwise it is one of a list of colours at the price of its frequency. Which
// are on the list shows in passes over the picture, as in vector quantisation for least entropy
// (Chou, Lookabaugh and Gray, 1989).
#include "codec/encoder/merged_colours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <unordered_map>

#include "codec/encoder/colour_list.h"
#include "codec/encoder/colours_seen.h"
#include "codec/encoder/even_levels.h"
#include "codec/encoder/packed_colour.h"

namespace vaecomp {
namespace {

constexpr int kPasses = 8;
// Pixels of a colour on a list; on the first one, one in so many of all besides.
constexpr std::uint32_t kLeast = 4, kFirstShare = 2000;
// What it costs to say that a colour is a new one.
constexpr double kNewBits = 2;
// What it saves later if a pixel right, below, or left or right of that one, has the same colour.
constexpr std::array kLaterBits = {1.2, 1.2, 0.6, 0.6};

// A bit that is foretold by what it was before.
class Odds {
 public:
  double bits(bool value) const {
    return table()[(value ? probability_ : kOne - probability_) >> kShift];
  }
  void learn(bool value) {
    probability_ += ((value ? kOne - kLeast : kLeast) - probability_) * 2 / (2 * count_ + 3);
    count_ += count_ < kMemory;
  }

 private:
  static constexpr int kOne = 1 << 16, kLeast = 1 << 6, kShift = 6, kMemory = 100;

  static const std::array<double, (kOne >> kShift) + 1>& table() {
    static const auto bits = [] {
      std::array<double, (kOne >> kShift) + 1> made{};
      for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = -std::log2((static_cast<double>(i) + 0.5) * (1 << kShift) / kOne);
      return made;
    }();
    return bits;
  }

  int probability_ = kOne / 2;  // of true
  int count_ = 0;
};

// The colours that a pixel may have for little, each once.
struct Candidates {
  static constexpr int kMost = 6, kKinds = 32 * 16;

  std::array<PackedColour, kMost> colours;
  int count = 0;
  int kind = 0;  // which of those around are equal, and how sure what was seen before is
  PackedColour left;
  std::array<ColoursSeen::Slot*, 2> seen;

  Candidates(ColoursSeen& all, ColoursSeen& some, PackedColour w, PackedColour n, PackedColour ne,
             PackedColour nw)
      : left(w), seen{&all.at(w, n, ne, nw), &some.at(w, n, 0, 0)} {
    int sure = 1;
    for (const ColoursSeen::Slot* slot : seen) {
      if (slot->count > 0) add(slot->colour);
      kind += sure * std::min<int>(slot->count, 3);
      sure *= 4;
    }
    for (const PackedColour colour : {w, n, ne, nw}) add(colour);
    kind += 16 * ((w == n) + 2 * (n == ne) + 4 * (w == nw) + 8 * (n == nw) + 16 * (ne == nw));
  }

  int place_of(PackedColour colour) const {
    const auto begin = colours.begin(), end = begin + count;
    return static_cast<int>(std::find(begin, end, colour) - begin);
  }

 private:
  void add(PackedColour colour) {
    if (place_of(colour) == count) colours[count++] = colour;
  }
};

class Merger {
 public:
  Merger(ImageView image, std::span<const Calm> calm, const MergeWeights& weights)
      : width_(image.width),
        channels_(image.channels),
        weights_(weights),
        calm_(calm),
        own_(calm.size()),
        coded_(calm.size()),
        levels_(even_levels(weights.levels)),
        new_bits_(kNewBits + channels_ * std::log2(weights.levels)) {
    ColourCount count;
    for (std::size_t i = 0; i < own_.size(); ++i) {
      own_[i] = pack_colour(&image.samples[i * channels_], channels_);
      count.add(own_[i], own_[i]);
    }
    const auto share = static_cast<std::uint32_t>(own_.size() / kFirstShare);
    list_ = count.list(kLeast + share);
  }

  void pass() {
    odds_.assign(Candidates::kKinds, {});
    all_ = {}, some_ = {};
    known_.clear();
    ColourCount count;
    for (std::size_t i = 0; i < own_.size(); ++i) {
      coded_[i] = code(i);
      count.add(own_[i], coded_[i]);
    }
    list_ = count.list(kLeast);
    first_pass_ = false;
  }

  std::vector<std::uint8_t> samples() const {
    std::vector<std::uint8_t> samples(coded_.size() * channels_);
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = static_cast<std::uint8_t>(
          sample_of(coded_[i / channels_], static_cast<int>(i % channels_)));
    return samples;
  }

 private:
  struct Choice {
    PackedColour colour = 0;
    double cost = std::numeric_limits<double>::infinity();  // bits, and the error's
  };

  // What lies around is as the exact coder sees it.
  Candidates around(std::size_t i) {
    const std::size_t x = i % width_;
    if (i < width_) return {all_, some_, x > 0 ? coded_[i - 1] : 0, 0, 0, 0};
    const PackedColour* above = &coded_[i - width_];
    return {all_,
            some_,
            x > 0 ? coded_[i - 1] : above[0],
            above[0],
            x + 1 < width_ ? above[1] : above[0],
            x > 0 ? above[-1] : above[0]};
  }

  // What pixels that follow had in the last pass.
  double saved_later(std::size_t i, PackedColour colour) const {
    if (first_pass_) return 0;
    double saved = 0;
    std::size_t k = 0;
    for (const std::size_t ahead : {std::size_t{1}, width_, width_ - 1, width_ + 1}) {
      if (i + ahead < coded_.size() && coded_[i + ahead] == colour) saved += kLaterBits[k];
      ++k;
    }
    return saved;
  }

  double error_cost(PackedColour own, PackedColour other) const {
    return weights_.error_bits * squared_distance(own, other);
  }

  bool allowed(Calm calm, PackedColour own, PackedColour other) const {
    if (calm == Calm::kNone) return true;
    if (calm == Calm::kFlat) return own == other;
    for (int c = 0; c < channels_; ++c)
      if (std::abs(sample_of(own, c) - sample_of(other, c)) > 1) return false;
    return true;
  }

  PackedColour code(std::size_t i) {
    const PackedColour own = own_[i];
    const Candidates candidates = around(i);
    std::array<Odds, Candidates::kMost>& odds = odds_[candidates.kind];
    const PackedColour colour = own == candidates.left ? own : best(i, candidates, odds);
    const int place = candidates.place_of(colour);
    for (int k = 0; k < std::min(place + 1, candidates.count); ++k) odds[k].learn(k == place);
    for (ColoursSeen::Slot* slot : candidates.seen) ColoursSeen::learn(*slot, colour);
    return colour;
  }

  PackedColour best(std::size_t i, const Candidates& candidates,
                    const std::array<Odds, Candidates::kMost>& odds) {
    const PackedColour own = own_[i];
    Choice best;
    double before = 0;  // bits that say: none of those until now
    const auto attempt = [&](PackedColour colour, double cost) {
      cost += before - saved_later(i, colour);
      if (cost < best.cost) best = {colour, cost};
    };
    for (int k = 0; k < candidates.count; ++k) {
      const PackedColour colour = candidates.colours[k];
      if (allowed(calm_[i], own, colour))
        attempt(colour, odds[k].bits(true) + error_cost(own, colour));
      before += odds[k].bits(false);
    }
    const Choice other = calm_[i] == Calm::kNone ? listed(own) : Choice{own, new_bits_};
    attempt(other.colour, other.cost);
    return best.colour;
  }

  // The best that is on the list, or new.
  const Choice& listed(PackedColour own) {
    const auto [known, is_new] = known_.try_emplace(own);
    Choice& best = known->second;
    if (!is_new) return best;
    for (int c = 0; c < channels_; ++c)
      best.colour |= PackedColour{levels_[sample_of(own, c)]} << (8 * c);
    best.cost = new_bits_ + error_cost(own, best.colour);
    for (const ListedColour& listed : list_) {
      if (listed.bits >= best.cost) break;
      const double cost = listed.bits + error_cost(own, listed.colour);
      if (cost < best.cost) best = {listed.colour, cost};
    }
    return best;
  }

  const std::size_t width_;
  const int channels_;
  const MergeWeights weights_;
  std::span<const Calm> calm_;
  std::vector<PackedColour> own_, coded_;
  const std::array<std::uint8_t, 256> levels_;
  const double new_bits_;
  std::vector<ListedColour> list_;
  bool first_pass_ = true;
  std::vector<std::array<Odds, Candidates::kMost>> odds_;  // of each kind
  ColoursSeen all_, some_;                                 // by four neighbours, by two
  std::unordered_map<PackedColour, Choice> known_;
};

}  // namespace

std::vector<std::uint8_t> merged_colours(ImageView image, std::span<const Calm> calm,
                                         const MergeWeights& weights) {
  Merger merger(image, calm, weights);
  for (int pass = 0; pass < kPasses; ++pass) merger.pass();
  return merger.samples();
}

}  // namespace vaecomp
