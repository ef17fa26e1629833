#include "training/native/code_latents.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "training/native/kernel_targets.h"
#include "training/native/threads.h"

// Before a loop whose turns read nothing that another one writes.
#if defined(__GNUC__) && !defined(__clang__)
#define VAECOMP_INDEPENDENT _Pragma("GCC ivdep")
#else
#define VAECOMP_INDEPENDENT
#endif

namespace vaecomp::training {
namespace {

// As in elbo.py, where these are explained.
constexpr float kLog2SigmaMin = -3.18442457F, kLog2SigmaMax = 8;
constexpr float kTailStart = 4;
constexpr float kEscape = 1.51122889e-5F;  // exp(-ESCAPE_NATS)
constexpr float kMaxRatio = 0.999F;
constexpr float kLeastMass = 1e-9F;

constexpr float kLn2 = 0.693147181F, kLog2E = 1.44269504F;
constexpr float kSqrtHalf = 0.707106781F;
constexpr float kDensity = 0.398942280F;  // 1 / sqrt(2 pi)

// e^x for x <= 0, to 2e-7 of it; 0 where it is less than the smallest normal number.
VAECOMP_INLINE float exponential(float x) {
  constexpr float kRound = 12582912;  // 1.5 * 2^23: the sum's last bits are the nearest integer
  constexpr float kLn2High = 0.693359375F, kLn2Low = -2.12194440e-4F, kLeast = -87;
  const float bounded = x > kLeast ? x : kLeast;
  const float shifted = bounded * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = bounded - n * kLn2High - n * kLn2Low;
  const float p =
      1 +
      r * (1 + r * (0.5F + r * (1 / 6.0F + r * (1 / 24.0F + r * (1 / 120.0F + r * (1 / 720.0F))))));
  const std::int32_t power = (static_cast<std::int32_t>(n) + 127) << 23;
  const float value = p * std::bit_cast<float>(power);
  return x > kLeast ? value : 0;
}

// log2 of a positive normal number.
VAECOMP_INLINE float log2_of(float x) {
  // The significand between sqrt(1/2) and sqrt(2).
  constexpr std::int32_t kRootHalf = 0x3f3504f3, kSignificand = 0x7fffff;
  const std::int32_t bits = std::bit_cast<std::int32_t>(x) - kRootHalf;
  const float exponent = static_cast<float>(bits >> 23);
  const float m = std::bit_cast<float>((bits & kSignificand) + kRootHalf);
  const float s = (m - 1) / (m + 1), s2 = s * s;
  const float log =
      2 * s * (1 + s2 * (1 / 3.0F + s2 * (1 / 5.0F + s2 * (1 / 7.0F + s2 * (1 / 9.0F)))));
  return exponent + log * kLog2E;
}

// e^(z^2) erfc(z) for z >= 0, as a polynomial of 1 / (1 + z / 2), to 3e-7 of it for z up to 9.7.
VAECOMP_INLINE float scaled_erfc(float z) {
  const float t = 1 / (1 + 0.5F * z);
  return t * (0.282086939F +
              t * (0.282366097F +
                   t * (0.243170351F +
                        t * (0.202425018F +
                             t * (-0.0260101296F +
                                  t * (0.277177811F +
                                       t * (-0.486425698F +
                                            t * (0.284202397F + t * -0.0589928366F))))))));
}

VAECOMP_INLINE float greater(float a, float b) { return a > b ? a : b; }
VAECOMP_INLINE float less(float a, float b) { return a < b ? a : b; }
VAECOMP_INLINE float magnitude(float x) { return x < 0 ? -x : x; }

// One position's channels: pointers are to its first.
struct Row {
  float* latents;
  const float *mean, *log2_sigma, *offsets, *noise;
  float *slopes_residual, *slopes_sigma, *bits;
};

VAECOMP_KERNEL
void code_row(const Row& row, int count) {
  constexpr float kRound = 12582912;
  VAECOMP_INDEPENDENT
  for (int c = 0; c < count; ++c) {
    const float mean = row.mean[c], residual = row.latents[c] - mean;
    // Beyond 2^22 a float has hardly any fraction, and latents are never there.
    const float symbol = (residual + kRound) - kRound;
    row.latents[c] = symbol + mean;
    const float v = residual + row.noise[c], a = magnitude(v);
    const float asked = row.log2_sigma[c] + row.offsets[c];
    const float log2_sigma = less(greater(asked, kLog2SigmaMin), kLog2SigmaMax);
    const float inverse = exponential(-(log2_sigma - kLog2SigmaMin) * kLn2) * (1 / 0.11F);
    const float low = (a - 0.5F) * inverse, high = (a + 0.5F) * inverse;
    const float e_low = exponential(-0.5F * low * low), e_high = exponential(-0.5F * high * high);
    // Where erfc has digits.
    const float part_low = e_low * scaled_erfc(magnitude(low) * kSqrtHalf);
    const float erfc_low = low < 0 ? 2 - part_low : part_low;
    const float erfc_high = e_high * scaled_erfc(high * kSqrtHalf);
    const float near_mass = greater(0.5F * (erfc_low - erfc_high), kLeastMass);
    const float d_low = -kDensity * e_low, d_high = kDensity * e_high;
    // Beyond: density / t times what is left of it on the interval.
    const float t = greater(low, kTailStart);
    const float ratio = exponential(-0.5F * (high - t) * (high + t)), held = less(ratio, kMaxRatio);
    const float density = kDensity * e_low;
    const float far_mass = density / t * (1 - held);
    const float through = ratio < kMaxRatio ? density * held : 0;
    const float far_low = -far_mass * (t + 1 / t) - through, far_high = through * high / t;
    const bool far = low > kTailStart;
    const float mass = far ? far_mass : near_mass;
    const float slope_low = far ? far_low : d_low, slope_high = far ? far_high : d_high;
    const float escape = kEscape / ((1 + a) * (1 + a));
    const float sum = mass + escape;
    row.bits[c] = -log2_of(sum);
    const float scale = -kLog2E / sum;
    const float slope_a = ((slope_low + slope_high) * inverse - 2 * escape / (1 + a)) * scale;
    row.slopes_residual[c] = v < 0 ? -slope_a : slope_a;
    const float slope_sigma = -kLn2 * (low * slope_low + high * slope_high) * scale;
    row.slopes_sigma[c] = asked > kLog2SigmaMax ? 0 : slope_sigma;
  }
}

struct RowBack {
  const float *slopes_residual, *slopes_sigma, *log2_sigma, *offsets;
  float *gradient, *gradient_mean, *gradient_sigma, *gradient_offsets;
};

VAECOMP_KERNEL
void code_row_back(const RowBack& row, float gradient_bits, int count) {
  VAECOMP_INDEPENDENT
  for (int c = 0; c < count; ++c) {
    const float residual = gradient_bits * row.slopes_residual[c],
                sigma = gradient_bits * row.slopes_sigma[c];
    row.gradient[c] += residual;
    row.gradient_mean[c] = -residual;
    // Below the bound only what would raise sigma passes (LowerBound in layers.py).
    const bool passes = (row.log2_sigma[c] + row.offsets[c] >= kLog2SigmaMin) | (sigma < 0);
    const float passed = passes ? sigma : 0;
    row.gradient_sigma[c] = passed;
    row.gradient_offsets[c] += passed;
  }
}

}  // namespace

std::vector<int> selected_positions(int phase_mask, int height, int width) {
  std::vector<int> selected;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (phase_mask >> (2 * (y % 2) + x % 2) & 1) selected.push_back(y * width + x);
    }
  }
  return selected;
}

void code_latents(const CodedLatents& step, const float* noise, float* latents, float* bits,
                  float* slopes) {
  const int selected = static_cast<int>(step.selected->size()), count = step.count;
  parallel_tasks(step.batch, [&](int picture) {
    thread_local std::vector<float> each;
    each.resize(count);
    double sum = 0;
    for (int s = 0; s < selected; ++s) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(picture) * selected + s;
      const std::ptrdiff_t position =
          static_cast<std::ptrdiff_t>(picture) * step.positions + (*step.selected)[s];
      const float* const prior = step.prior + at * 2 * count;
      float* const slope = slopes + at * 2 * count;
      code_row({.latents = latents + position * step.channels + step.first,
                .mean = prior,
                .log2_sigma = prior + count,
                .offsets = step.offsets + static_cast<std::ptrdiff_t>(picture) * count,
                .noise = noise + at * count,
                .slopes_residual = slope,
                .slopes_sigma = slope + count,
                .bits = each.data()},
               count);
      for (const float one : each) sum += one;
    }
    bits[picture] = static_cast<float>(sum);
  });
}

void code_latents_back(const CodedLatents& step, const float* slopes, const float* gradient_bits,
                       float* gradient, float* gradient_prior, float* gradient_offsets) {
  const int selected = static_cast<int>(step.selected->size()), count = step.count;
  parallel_tasks(step.batch, [&](int picture) {
    float* const offsets = gradient_offsets + static_cast<std::ptrdiff_t>(picture) * count;
    std::fill_n(offsets, count, 0.0F);
    for (int s = 0; s < selected; ++s) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(picture) * selected + s;
      const std::ptrdiff_t position =
          static_cast<std::ptrdiff_t>(picture) * step.positions + (*step.selected)[s];
      const float* const slope = slopes + at * 2 * count;
      float* const to = gradient_prior + at * 2 * count;
      code_row_back({.slopes_residual = slope,
                     .slopes_sigma = slope + count,
                     .log2_sigma = step.prior + at * 2 * count + count,
                     .offsets = step.offsets + static_cast<std::ptrdiff_t>(picture) * count,
                     .gradient = gradient + position * step.channels + step.first,
                     .gradient_mean = to,
                     .gradient_sigma = to + count,
                     .gradient_offsets = offsets},
                    gradient_bits[picture], count);
    }
  });
}

}  // namespace vaecomp::training
