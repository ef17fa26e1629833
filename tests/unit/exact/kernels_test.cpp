// Every op against the referee, bit for bit, over random shapes and extreme values.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "codec/exact/exact_network.h"
#include "codec/exact/reference_ops.h"
#include "codec/kernels/requantise.h"
#include "support/network_maker.h"
#include "unit/kernels/every_level.h"

namespace vaecomp {
namespace {

constexpr std::array kChannels = {1, 2, 3, 15, 16, 17, 31, 32, 33, 48, 63, 80};

struct Size {
  int height, width;
};
constexpr std::array kSizes = {Size{1, 1}, Size{1, 7},  Size{3, 2},
                               Size{5, 4}, Size{4, 33}, Size{2, 70}};

// Runs the made network and the referee on random inputs with values from .. to.
void check_against_reference(NetworkMaker& maker, Size size, int quality, int from = -32768,
                             int to = 32767) {
  const Result<ExactNetwork> network = ExactNetwork::build(maker.model, maker.record);
  REQUIRE_MESSAGE(network.has_value(), network.error().message());
  std::vector<Tensor> inputs;
  for (const NetworkInput& input : maker.record.inputs) {
    inputs.push_back(maker.random_tensor(size.height, size.width, input.channels, from, to));
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& input : inputs) pointers.push_back(&input);
  ThreadPool pool(1);
  const Tensor expected = reference_run(maker.model, maker.record, pointers, quality);
  on_every_level([&] {
    const Tensor out = network->run(pointers, quality, pool);
    CHECK(out.height == expected.height);
    CHECK(out.width == expected.width);
    CHECK(out.channels == expected.channels);
    CHECK(out.channels == network->output_channels());
    CHECK(out.values == expected.values);
  });
}

// A network of one convolution with the given numbers, channel-wise equal multipliers.
NetworkMaker single_conv1x1(const std::vector<std::int16_t>& weights, std::int32_t bias,
                            std::int32_t multiplier, int shift) {
  NetworkMaker maker(1);
  const int c = static_cast<int>(weights.size());
  maker.low = -32768;
  maker.high = 32767;
  maker.declare_input(c).append(
      maker.clipped({.op = Op::kConv1x1,
                     .weights = maker.tensor({1, c}, weights),
                     .bias = maker.tensor({1}, std::vector<std::int32_t>{bias}),
                     .multiplier = maker.tensor({1}, std::vector<std::int32_t>{multiplier}),
                     .shift = static_cast<std::uint8_t>(shift),
                     .fraction = kFraction}));
  return maker;
}

std::vector<std::int16_t> run_on(const NetworkMaker& maker, const Tensor& input) {
  const Result<ExactNetwork> network = ExactNetwork::build(maker.model, maker.record);
  REQUIRE_MESSAGE(network.has_value(), network.error().message());
  ThreadPool pool(1);
  const Tensor* pointer = &input;
  std::vector<std::int16_t> values;
  on_every_level([&] {
    const Tensor result = network->run({&pointer, 1}, 0, pool);
    const std::vector<std::int16_t> here(result.values.begin(), result.values.end());
    if (values.empty()) values = here;
    CHECK(here == values);
  });
  return values;
}

TEST_CASE("VM-14: conv1x1 equals the referee") {
  std::uint32_t seed = 0;
  for (const int inputs : kChannels) {
    for (const int outputs : {1, 3, 4, 5, 16, 31, 32, 33, 70}) {
      NetworkMaker maker(++seed);
      maker.wide_weights = seed % 2 == 0;
      maker.weight_limit = maker.wide_weights ? 700 : 127;
      maker.declare_input(inputs).conv1x1(outputs);
      check_against_reference(maker, kSizes[seed % kSizes.size()], 0);
    }
  }
}

TEST_CASE("VM-14: conv1x1 leaves out nothing but zeros") {
  std::uint32_t seed = 0;
  for (const int inputs : {2, 33, 160, 1000, 1700}) {
    for (const int outputs : {1, 16, 33, 80}) {
      for (const int to : {100, 8000, 300000}) {  // next to all, four of five, a tenth are 0
        NetworkMaker maker(++seed);
        maker.weight_limit = 20;
        maker.declare_input(inputs).relu().conv1x1(outputs);
        check_against_reference(maker, {1, 2 + static_cast<int>(seed) * 7 % 60}, 0,
                                to > 32767 ? -3000 : -32768, std::min(to, 32767));
      }
    }
  }
}

TEST_CASE("VM-14: conv1x1 at the edge of the overflow proof") {
  for (const int shift : {32, 33, 46}) {
    for (const std::int32_t multiplier : {1, 2147483647, 1 << 30}) {
      for (const std::int32_t bias : {32767, -32767}) {
        // 32768 * (32768 + 32767) + 32767 = 2^31 - 1
        NetworkMaker maker = single_conv1x1({-32768, 32767}, bias, multiplier, shift);
        for (int i = 0; i < 4; ++i) {
          check_against_reference(maker, {2, 5}, 0, i < 2 ? -32768 : 32766, i % 2 ? -32767 : 32767);
        }
      }
    }
  }
}

TEST_CASE("VM-14: halves are rounded up, also below zero") {
  const NetworkMaker maker = single_conv1x1({1}, 0, 1 << 30, 31 + 2);  // x / 8
  Tensor x(1, 9, 1);
  x.values = {4, -4, 12, -12, 3, -5, 20, -20, 32767};
  CHECK(run_on(maker, x) == std::vector<std::int16_t>{1, 0, 2, -1, 0, -1, 3, -2, 4096});
}

TEST_CASE("VM-14: results are clipped, not wrapped") {
  const NetworkMaker maker = single_conv1x1({2}, 0, 2147483647, 32);  // x, nearly
  Tensor x(1, 4, 1);
  x.values = {32767, -32768, 100, -100};
  CHECK(run_on(maker, x) == std::vector<std::int16_t>{32767, -32768, 100, -100});
  const NetworkMaker large = single_conv1x1({300}, 0, 2147483647, 32);
  CHECK(run_on(large, x) == std::vector<std::int16_t>{32767, -32768, 15000, -15000});
}

TEST_CASE("VM-14: requantise is the formula") {
  Random random(5);
  const std::array accs = {0, 1, -1, 2147483647, -2147483647, 65536, -65536};
  for (int shift = 32; shift <= 46; ++shift) {
    const std::int64_t half = std::int64_t{1} << (shift - 1);
    for (int i = 0; i < 2000; ++i) {
      const auto acc = i < 7 ? accs[i] : static_cast<std::int32_t>(random(-2147483647, 2147483647));
      const int size = static_cast<int>(random(0, 30));
      auto m = static_cast<std::int32_t>(random(1, (std::int64_t{2} << size) - 1));
      if (i < 7) m = 2147483647;
      const std::int64_t exact = (std::int64_t{acc} * m + half) >> shift;
      const std::int64_t clipped = std::clamp<std::int64_t>(exact, -20000, 30000);
      CHECK(requantise(acc, m, half, shift - 32, -20000, 30000) == clipped);
    }
  }
}

TEST_CASE("VM-15: depthwise equals the referee") {
  std::uint32_t seed = 100;
  for (const int channels : kChannels) {
    for (const int k : {1, 3, 5, 7, 15}) {
      NetworkMaker maker(++seed);
      maker.wide_weights = seed % 2 == 0;
      maker.weight_limit = maker.wide_weights ? 250 : 127;
      maker.declare_input(channels).depthwise(k);
      for (const Size size : kSizes) check_against_reference(maker, size, 0);
      check_against_reference(maker, {20, 19}, 0);
    }
  }
}

TEST_CASE("VM-15: depthwise sees zeros outside of the tensor") {
  NetworkMaker maker(1);
  maker.low = -32768;
  maker.high = 32767;
  const auto one = [&](std::int32_t v) { return maker.tensor({1}, std::vector<std::int32_t>{v}); };
  std::vector<std::int8_t> ones(9, 1);
  maker.declare_input(1).append(maker.clipped({.op = Op::kDepthwise,
                                               .k = 3,
                                               .weights = maker.tensor({1, 3, 3}, ones),
                                               .bias = one(0),
                                               .multiplier = one(1 << 30),
                                               .shift = 32,
                                               .fraction = kFraction}));
  Tensor x(3, 3, 1);
  std::ranges::fill(x.values, std::int16_t{4});
  CHECK(run_on(maker, x) == std::vector<std::int16_t>{4, 6, 4, 6, 9, 6, 4, 6, 4});
}

TEST_CASE("VM-19: affine equals the referee at every shift") {
  for (int shift = 1; shift <= 46; ++shift) {
    NetworkMaker maker(200 + static_cast<std::uint32_t>(shift));
    const int channels = kChannels[shift % kChannels.size()];
    std::vector<std::int32_t> scale, bias;
    for (int i = 0; i < 101 * channels; ++i) {
      const std::int64_t largest = std::min<std::int64_t>(2147483647, std::int64_t{3} << shift);
      scale.push_back(
          static_cast<std::int32_t>(i % 5 == 0 ? 2147483647 : maker.random(1, largest)));
      bias.push_back(i % 7 == 0 ? (i % 2 ? 2147483647 : -2147483647 - 1)
                                : static_cast<std::int32_t>(maker.random(-9000, 9000)));
    }
    maker.low = shift % 3 == 0 ? -32768 : -3000;
    maker.high = shift % 3 == 0 ? 32767 : 5000;
    maker.declare_input(channels).append(
        maker.clipped({.op = Op::kAffine,
                       .weights = maker.tensor({101, channels}, scale),
                       .bias = maker.tensor({101, channels}, bias),
                       .shift = static_cast<std::uint8_t>(shift),
                       .fraction = kFraction}));
    for (const int quality : {0, 1, 50, 100}) check_against_reference(maker, {3, 35}, quality);
  }
}

TEST_CASE("VM-13: add saturates") {
  NetworkMaker maker(1);
  maker.low = -32768;
  maker.high = 32767;
  maker.declare_input(3).push().add();
  Tensor x(1, 2, 3);
  x.values = {32767, -32768, 100, 16384, -16384, -16385};
  CHECK(run_on(maker, x) == std::vector<std::int16_t>{32767, -32768, 200, 32767, -32768, -32768});
  for (const int channels : kChannels) {
    NetworkMaker random(static_cast<std::uint32_t>(channels));
    random.declare_input(channels).declare_input(channels).push().input(1).add();
    check_against_reference(random, {3, 35}, 0);
  }
}

TEST_CASE("VM-16, VM-17, VM-18: shuffle, unshuffle, concat and relu equal the referee") {
  for (const int k : {2, 3, 4, 16}) {
    NetworkMaker maker(static_cast<std::uint32_t>(k));
    maker.declare_input(3 * k * k).declare_input(5).shuffle(k).relu().unshuffle(k).concat(1);
    check_against_reference(maker, {3, 37}, 0);
    NetworkMaker only(static_cast<std::uint32_t>(k));
    only.declare_input(k * k).relu().shuffle(k);
    check_against_reference(only, {1, 2}, 0);
  }
}

TEST_CASE("VM-16: shuffle's order of channels") {
  NetworkMaker maker(1);
  maker.declare_input(8).shuffle(2);
  Tensor x(1, 2, 8);
  for (int i = 0; i < 16; ++i) x.values[i] = static_cast<std::int16_t>(i);
  // Row 0: positions (0,0), (0,1) of the first cell, then of the second; two channels each.
  CHECK(run_on(maker, x) ==
        std::vector<std::int16_t>{0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15});
}

}  // namespace
}  // namespace vaecomp
