// The encoder's float networks against a naive loop over MODEL.md section 4, and refusals.
#include "codec/float/float_network.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "support/pictures.h"

namespace vaecomp {
namespace {

NamedTensor f32(std::vector<std::uint32_t> dims, const std::vector<float>& values) {
  std::vector<F32Bits> bits;
  for (float v : values) bits.push_back(std::bit_cast<F32Bits>(v));
  return {.name = {}, .dims = std::move(dims), .data = bits};
}

NamedTensor i8(std::vector<std::uint32_t> dims, const std::vector<std::int8_t>& values) {
  return {.name = {}, .dims = std::move(dims), .data = values};
}

LayerRecord layer(Op op, int k = 0, int weights = kNoTensor, int bias = kNoTensor,
                  int multiplier = kNoTensor) {
  LayerRecord record;
  record.op = op;
  record.k = static_cast<std::uint8_t>(k);
  record.weights = static_cast<std::uint16_t>(weights);
  record.bias = static_cast<std::uint16_t>(bias);
  record.multiplier = static_cast<std::uint16_t>(multiplier);
  return record;
}

// 3 channels, unshuffle 2 -> 12, a block with 20 inner channels around a 5x5 depthwise, asinh,
// affine.
struct Fixture {
  ModelFile file;
  NetworkRecord record;
  test::Random random{7};

  std::vector<std::int8_t> weights(int n) {
    std::vector<std::int8_t> v(n);
    for (auto& w : v) w = static_cast<std::int8_t>(random.below(255) - 127);
    return v;
  }
  std::vector<float> floats(int n, float scale) {
    std::vector<float> v(n);
    for (auto& f : v) f = scale * static_cast<float>(random.below(2001) - 1000) / 1000.0f;
    return v;
  }

  Fixture() {
    file.tensors = {i8({12, 5, 5}, weights(300)),      f32({12}, floats(12, 0.1f)),
                    f32({12}, floats(12, 0.004f)),     i8({20, 12}, weights(240)),
                    f32({20}, floats(20, 0.1f)),       f32({20}, floats(20, 0.004f)),
                    i8({12, 20}, weights(240)),        f32({12}, floats(12, 0.1f)),
                    f32({12}, floats(12, 0.004f)),     f32({101, 12}, floats(1212, 2.0f)),
                    f32({101, 12}, floats(1212, 1.0f))};
    record.name = "test";
    record.arithmetic = Arithmetic::kFloat;
    record.inputs = {{3, 0}};
    record.layers = {layer(Op::kUnshuffle, 2),
                     layer(Op::kPush),
                     layer(Op::kDepthwise, 5, 0, 1, 2),
                     layer(Op::kConv1x1, 0, 3, 4, 5),
                     layer(Op::kRelu),
                     layer(Op::kConv1x1, 0, 6, 7, 8),
                     layer(Op::kAdd),
                     layer(Op::kAsinh),
                     layer(Op::kAffine, 0, 9, 10)};
  }

  double weight(int tensor, std::size_t i) const {
    return file.tensors[tensor].data.as<std::int8_t>()[i];
  }
  double value(int tensor, std::size_t i) const {
    return std::bit_cast<float>(file.tensors[tensor].data.as<F32Bits>()[i]);
  }

  // One output value in double precision, straight from the definitions.
  double naive(const FloatTensor& in, int y, int x, int c, int quality) const {
    const auto unshuffled = [&](int row, int column, int channel) -> double {
      if (row < 0 || column < 0 || row >= in.height / 2 || column >= in.width / 2) return 0.0;
      const int source = channel / 4, i = channel % 4 / 2, j = channel % 2;
      return in.row(row * 2 + i)[(column * 2 + j) * 3 + source];
    };
    std::vector<double> spread(12), inner(20);
    for (int d = 0; d < 12; ++d) {
      double sum = 0;
      for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j)
          sum += weight(0, d * 25 + i * 5 + j) * unshuffled(y + i - 2, x + j - 2, d);
      spread[d] = sum * value(2, d) + value(1, d);
    }
    for (int d = 0; d < 20; ++d) {
      double sum = 0;
      for (int e = 0; e < 12; ++e) sum += weight(3, d * 12 + e) * spread[e];
      inner[d] = std::max(0.0, sum * value(5, d) + value(4, d));
    }
    double sum = 0;
    for (int e = 0; e < 20; ++e) sum += weight(6, c * 20 + e) * inner[e];
    const double block = unshuffled(y, x, c) + sum * value(8, c) + value(7, c);
    return std::asinh(block) * value(9, quality * 12 + c) + value(10, quality * 12 + c);
  }
};

TEST_CASE("VM-22: networks agree with the naive loop, on any number of threads") {
  const Fixture fixture;
  const auto network = FloatNetwork::build(fixture.file, fixture.record);
  REQUIRE(network.has_value());
  CHECK(network->scale() == Scale{.down = 2});
  CHECK(network->output_channels() == 12);
  for (const auto& [height, width] : {std::pair{2, 2}, {14, 6}, {6, 66}, {40, 38}}) {
    FloatTensor input(height, width, 3);
    Fixture source;
    input.values = source.floats(height * width * 3, 1.0f);
    ThreadPool one(1), three(3);
    const FloatInput inputs[] = {FloatRows(input)};
    const FloatTensor out = network->run(inputs, 37, one);
    CHECK(network->run(inputs, 37, three).values == out.values);
    REQUIRE(out.height == height / 2);
    REQUIRE(out.width == width / 2);
    double largest = 0;
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        for (int c = 0; c < 12; ++c)
          largest = std::max(largest,
                             std::abs(out.row(y)[x * 12 + c] - fixture.naive(input, y, x, c, 37)));
    CHECK(largest < 1e-4);
  }
}

TEST_CASE("VM-22: layer lists that make no sense are refused") {
  const auto refused = [](auto change) {
    Fixture fixture;
    change(fixture);
    const auto network = FloatNetwork::build(fixture.file, fixture.record);
    return !network && network.error().code == ErrorCode::kCorrupt;
  };
  CHECK(refused(
      [](Fixture& f) { f.record.layers.pop_back(), f.record.layers.push_back(layer(Op::kPush)); }));
  CHECK(refused([](Fixture& f) { f.record.layers[1] = layer(Op::kRelu); }));
  CHECK(refused([](Fixture& f) { f.record.layers[3].weights = 6; }));
  CHECK(refused([](Fixture& f) { f.record.layers[3].bias = 200; }));
  CHECK(refused([](Fixture& f) { f.record.layers[3].multiplier = 3; }));
  CHECK(refused([](Fixture& f) { f.record.layers[2].k = 4; }));
  CHECK(refused([](Fixture& f) { f.record.layers[0] = layer(Op::kShuffle, 2); }));
  CHECK(refused([](Fixture& f) { f.record.arithmetic = Arithmetic::kExact; }));
  CHECK(refused(
      [](Fixture& f) { f.record.layers.insert(f.record.layers.begin(), layer(Op::kInput, 1)); }));
}

TEST_CASE("VM-12, VM-22: an input layer starts again from any input") {
  Fixture twice;
  twice.record.inputs.push_back({3, 0});
  twice.record.layers.insert(twice.record.layers.begin(), layer(Op::kInput, 1));
  const auto network = FloatNetwork::build(twice.file, twice.record);
  REQUIRE(network.has_value());
  CHECK(network->input_count() == 2);
  CHECK(network->scale() == Scale{.down = 2});
  FloatTensor other(4, 6, 3), input(4, 6, 3);
  other.values = twice.floats(4 * 6 * 3, 1.0f);
  input.values = twice.floats(4 * 6 * 3, 1.0f);
  const Fixture once;
  ThreadPool pool(2);
  const FloatInput both[] = {FloatRows(other), FloatRows(input)}, second[] = {FloatRows(input)};
  CHECK(network->run(both, 37, pool).values ==
        FloatNetwork::build(once.file, once.record)->run(second, 37, pool).values);
}

}  // namespace
}  // namespace vaecomp
