// From coded values to latents (VC-29, VC-52), for encoder and decoder alike. Exact zone.
#pragma once

#include <cstdint>

#include "format/limits.h"

namespace vaecomp {

// Fraction bits of means, of a context's scale outputs and of decoded latents: Q4.
inline constexpr int kLatentFraction = 4;

// How values stand for latents.
enum class Quantisation : std::uint8_t {
  kScalar,   // by one uniform quantiser of step 1
  kTrellis,  // by two in turns, whose union is finer: trellis-coded quantisation
};

// The kTrellisStates states of trellis-coded quantisation: Ungerboeck's rate-1/2 code of that size
// (IEEE Trans. Inf. Theory 28, 1982, h0 = 235, h1 = 126 octal) with the two supersets of Kasner,
// Marcellin and Hunt's universal TCQ (IEEE Trans. Image Proc. 8, 1999): 0, +1, -2, +3, -4, ...
// times kTrellisStep, and the same with the other sign, so that one set of tables serves both. The
// lowest bit of a value says which of a state's two branches is taken.
inline constexpr int kTrellisStep = 11;  // of the union of both, Q4

// Whether the state's superset is the mirrored one.
constexpr bool trellis_mirrors(int state) { return (state & 1) != 0; }

// The state after `value` (VC-52).
constexpr int trellis_next(int state, int value) {
  return state >> 1 ^ ((state & 1) != 0 ? kTrellisFeedback : 0) ^
         ((value & 1) != 0 ? kTrellisEntry : 0);
}

// What `value` stands for in the superset that is not mirrored, in steps of the union.
constexpr int trellis_point(int value) { return value > 0 ? 2 * value - 1 : 2 * value; }

// Turns the values of one context step in one band, in their order, into latents.
class Dequantiser {
 public:
  explicit Dequantiser(Quantisation quantisation)
      : trellis_(quantisation == Quantisation::kTrellis) {}

  // The number of the entropy table (CdfTables) that values of scale index 1 .. 63 are coded with.
  int table(int scale_index) const { return scale_index + (trellis_ ? kScaleIndices : 0); }

  // Latent less mean, in Q4, of the next value, which is below 2^18 in magnitude. Not to be called
  // where the scale index is 0: there is no value.
  int offset(int value) {
    if (!trellis_) return value * (1 << kLatentFraction);
    const int offset = trellis_point(value) * kTrellisStep;
    const bool mirrored = trellis_mirrors(state_);
    state_ = trellis_next(state_, value);
    return mirrored ? -offset : offset;
  }

  bool is_trellis() const { return trellis_; }
  int state() const { return state_; }

 private:
  bool trellis_;
  int state_ = 0;
};

}  // namespace vaecomp
