// Times the exact networks of the default model's shapes, with random weights, on the latents of a
// 768 x 512 picture.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "codec/exact/exact_network.h"
#include "codec/exact/to_pixels.h"
#include "tests/support/network_maker.h"

namespace vaecomp {
namespace {

constexpr int kHeight = 32, kWidth = 48;  // latents
constexpr int kRuns = 9;

NetworkMaker wide_maker(std::uint32_t seed) {
  NetworkMaker maker(seed);
  maker.weight_limit = 500;
  maker.low = -4000;
  maker.high = 4000;
  return maker;
}

NetworkMaker synthesis() {
  NetworkMaker maker = wide_maker(1);
  maker.declare_input(320).affine().conv1x1(320).affine().block().block();
  maker.conv1x1(640).shuffle(2).affine().block().block().block();
  maker.conv1x1(192).shuffle(2).block().block().conv1x1(48).shuffle(4);
  return maker;
}

NetworkMaker context() {
  NetworkMaker maker = wide_maker(2);
  maker.weight_limit = 100;  // inputs are bounded by 16 bits alone
  maker.declare_input(160).declare_input(320).conv1x1(160).push().input(1).conv1x1(160).add();
  maker.block().conv1x1(320).affine();
  return maker;
}

// Multiplications per position of the network's input grid.
double macs_per_position(const NetworkMaker& maker) {
  double macs = 0, scale = 1;
  for (const LayerRecord& layer : maker.record.layers) {
    if (layer.op == Op::kShuffle) scale *= layer.k * layer.k;
    if (layer.op == Op::kUnshuffle) scale /= layer.k * layer.k;
    if (layer.op != Op::kConv1x1 && layer.op != Op::kDepthwise) continue;
    double weights = 1;
    for (const std::uint32_t d : maker.model.tensors[layer.weights].dims) weights *= d;
    macs += weights * scale;
  }
  return macs;
}

// Medians of kRuns runs, after one to warm up. Processor time is that of all threads together;
// unlike elapsed time it says something on a busy machine too.
struct Times {
  double elapsed_ms, processor_ms;
};

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + kRuns / 2);
  return values[kRuns / 2];
}

template <typename F>
Times measure(F f) {
  std::vector<double> elapsed, processor;
  f();
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    f();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    processor.push_back(1e3 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    elapsed.push_back(time.count());
  }
  return {median(elapsed), median(processor)};
}

void print(const char* name, int threads, const Times& times, double macs) {
  std::printf("%-10s %d thread(s): %7.2f ms elapsed, %7.2f ms processor", name, threads,
              times.elapsed_ms, times.processor_ms);
  if (macs > 0) {
    std::printf(", %.1f GMAC/s elapsed, %.1f a processor", macs / times.elapsed_ms / 1e6,
                macs / times.processor_ms / 1e6);
  }
  std::printf("\n");
}

bool report(const char* name, NetworkMaker maker) {
  const Result<ExactNetwork> network = ExactNetwork::build(maker.model, maker.record);
  if (!network) {
    std::fprintf(stderr, "%s: %s\n", name, network.error().message().c_str());
    return false;
  }
  std::vector<Tensor> inputs;
  for (int i = 0; i < network->input_count(); ++i) {
    inputs.push_back(maker.random_tensor(kHeight, kWidth, network->input_channels(i), -300, 300));
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& input : inputs) pointers.push_back(&input);
  const double macs = macs_per_position(maker) * kHeight * kWidth;
  std::printf("%s: %.2f GMAC\n", name, macs / 1e9);
  for (const int threads : {1, 2}) {
    ThreadPool pool(threads);
    print(name, threads, measure([&] { return network->run(pointers, 50, pool); }), macs);
  }
  return true;
}

void report_pixels() {
  const Tensor picture = NetworkMaker(3).random_tensor(16 * kHeight, 16 * kWidth, 3, -500, 17000);
  std::vector<std::uint8_t> samples(picture.row_size());
  const Times times = measure([&] {
    for (int y = 0; y < picture.height; ++y)
      to_pixels(picture.row(y), picture.width, PixelKind::kRgb, samples.data());
    return samples.front();
  });
  print("to_pixels", 1, times, 0);
}

}  // namespace
}  // namespace vaecomp

int main() {
  const bool ok = vaecomp::report("synthesis", vaecomp::synthesis()) &&
                  vaecomp::report("context", vaecomp::context());
  vaecomp::report_pixels();
  return ok ? 0 : 1;
}
