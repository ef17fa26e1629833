// Times a small 1x1 convolution of either kind.
#include "tools/vaecomp/bench/peak/kernel_peak.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <functional>
#include <system_error>
#include <thread>
#include <vector>

#include "codec/kernels/kernels.h"

namespace vaecomp {
namespace {

// Weights of one panel and positions fit any first-level cache together.
constexpr int kInputs = 128, kOutputs = 64, kPositions = 24;
constexpr double kMacs = 1.0 * kInputs * kOutputs * kPositions;
constexpr double kSeconds = 0.02;  // of a measurement
constexpr int kRounds = 7;         // of which the fastest counts

class ExactProduct {
 public:
  ExactProduct() : x_(kInputs * kPositions, 3), y_(kOutputs * kPositions) {
    layer_.weights.assign(kInputs * kOutputs, 5);
    layer_.blocks = kInputs / kLanes;
    layer_.multiplier.assign(kOutputs, 1 << 24);
    layer_.bias.assign(kOutputs, 1);
    layer_.shift = 32;
    layer_.low = -30000;
    layer_.high = 30000;
  }
  void operator()() {
    kernels().exact.conv1x1_row(layer_, {x_.data(), kInputs}, {y_.data(), kOutputs}, kOutputs,
                                kPositions);
  }

 private:
  LayerParameters layer_;
  std::vector<std::int16_t> x_, y_;
};

class FloatProduct {
 public:
  FloatProduct()
      : weights_(
            pack_weights(std::vector<float>(kInputs * kOutputs, 0.5f).data(), kInputs, kOutputs)),
        x_(kInputs * kPositions, 0.25f),
        bias_(kOutputs, 1.0f),
        y_(kOutputs * kPositions) {}
  void operator()() {
    kernels().floats.multiply_rows(x_.data(), kInputs, kPositions, weights_, bias_.data(),
                                   kAnything, y_.data(), kOutputs);
  }

 private:
  PackedWeights weights_;
  std::vector<float> x_, bias_, y_;
};

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Processor seconds of all threads together for `times` products in each.
template <typename Product>
double seconds(std::vector<Product>& products, std::int64_t times) {
  const auto work = [times](Product& product) {
    for (std::int64_t i = 0; i < times; ++i) product();
  };
  const double begin = processor_seconds();
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < products.size(); ++i)
    others.emplace_back(work, std::ref(products[i]));
  work(products.front());
  for (std::thread& other : others) other.join();
  return processor_seconds() - begin;
}

template <typename Product>
double best_rate(int threads) {
  std::vector<Product> products(static_cast<std::size_t>(threads));
  const double wanted = kSeconds * threads;
  std::int64_t times = 16;
  while (seconds(products, times) < wanted / 4) times *= 2;
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const double products_done = static_cast<double>(times) * threads;
    best = std::max(best, products_done * kMacs / seconds(products, 4 * times) * 4 / 1e9);
  }
  return best;
}

}  // namespace

KernelPeak kernel_peak(int threads) {
  return {best_rate<ExactProduct>(threads), best_rate<FloatProduct>(threads)};
}

}  // namespace vaecomp
