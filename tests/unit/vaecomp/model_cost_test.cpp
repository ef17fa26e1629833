// Multiplications and parameters, counted by hand for small networks.
#include "tools/vaecomp/commands/model_cost.h"

#include <doctest/doctest.h>

namespace vaecomp {
namespace {

NamedTensor tensor(std::string name, std::vector<std::uint32_t> dims) {
  std::size_t count = 1;
  for (const std::uint32_t dim : dims) count *= dim;
  return {.name = std::move(name),
          .dims = std::move(dims),
          .data = std::vector<std::int16_t>(count, 1)};
}

ModelFile two_networks() {
  ModelFile file;
  file.tensors = {tensor("w0", {12, 8}), tensor("b0", {12}), tensor("w1", {3, 5, 5}),
                  tensor("b1", {3})};
  // 8 channels at 1/16 -> 12, shuffled by 2 to 3 channels at 1/8, depthwise 5 x 5 there.
  const LayerRecord conv{.op = Op::kConv1x1, .weights = 0, .bias = 1};
  const LayerRecord shuffle{.op = Op::kShuffle, .k = 2};
  const LayerRecord depthwise{.op = Op::kDepthwise, .k = 5, .weights = 2, .bias = 3};
  file.networks = {
      {.name = "synthesis", .inputs = {{8, 4}}, .layers = {conv, shuffle, depthwise}},
      {.name = "hyper_synthesis", .inputs = {{8, 4}}, .layers = {conv, {.op = Op::kRelu}}},
      {.name = "analysis", .inputs = {{3, 0}}, .layers = {{.op = Op::kUnshuffle, .k = 4}, conv}}};
  return file;
}

TEST_CASE("cost follows the resolution") {
  const ModelFile file = two_networks();
  const std::vector<NetworkCost> costs = network_costs(file);
  REQUIRE(costs.size() == 3);
  CHECK(costs[0].macs_per_pixel == doctest::Approx(96.0 / 256 + 75.0 / 64));
  CHECK(costs[0].parameters == 96 + 12 + 75 + 3);
  CHECK(costs[1].macs_per_pixel == doctest::Approx(96.0 / 4096));
  CHECK(costs[1].parameters == 108);
  CHECK(costs[2].macs_per_pixel == doctest::Approx(96.0 / 16));
}

TEST_CASE("inputs that meet no weight cost nothing") {
  ModelFile file = two_networks();
  auto& weights = std::get<std::vector<std::int16_t>>(file.tensors[0].data);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (i % 8 >= 5) weights[i] = 0;
  const std::vector<NetworkCost> costs = network_costs(file);
  CHECK(costs[1].macs_per_pixel == doctest::Approx(60.0 / 4096));
  CHECK(costs[1].parameters == 60 + 12);
}

TEST_CASE("a context step ends where it codes") {
  ModelFile file;
  file.tensors = {tensor("w0", {12, 8}),
                  tensor("b0", {12}),
                  tensor("w1", {12, 5, 5}),
                  {.name = "prior.steps",
                   .dims = {2, 4},
                   .data = std::vector<std::uint16_t>{0, 8, 9, 0, 0, 8, 2, 0}}};
  const LayerRecord conv{.op = Op::kConv1x1, .weights = 0, .bias = 1};
  const LayerRecord depthwise{.op = Op::kDepthwise, .k = 5, .weights = 2, .bias = 1};
  file.networks = {
      {.name = "context.0", .inputs = {{8, 4}}, .layers = {conv, depthwise, conv}},
      {.name = "context.1", .inputs = {{8, 4}}, .layers = {conv, depthwise, conv}},
  };
  const std::vector<NetworkCost> costs = network_costs(file);
  CHECK(costs[0].macs_per_pixel == doctest::Approx((96.0 + 300 + 96 / 2.0) / 256));
  CHECK(costs[1].macs_per_pixel == doctest::Approx((96.0 + 300 + 96 / 4.0) / 256));
}

TEST_CASE("encoder and decoder share the hyper synthesis") {
  const ModelFile file = two_networks();
  const CodecCost total = codec_cost(network_costs(file));
  CHECK(total.decode == doctest::Approx(96.0 / 256 + 75.0 / 64 + 96.0 / 4096));
  CHECK(total.encode == doctest::Approx(96.0 / 16 + 96.0 / 4096));
}

TEST_CASE("what an encoder does in single precision") {
  ModelFile file = two_networks();
  CHECK(codec_cost(network_costs(file)).floats == 0);
  file.networks[2].arithmetic = Arithmetic::kFloat;
  CHECK(codec_cost(network_costs(file)).floats == doctest::Approx(96.0 / 16));
}

TEST_CASE("the quality that uses all networks") {
  ModelFile file;
  CHECK(least_full_quality(file) == 0);
  file.tensors = {{.name = "prior.steps",
                   .dims = {3, 4},
                   .data = std::vector<std::uint16_t>{0, 8, 9, 0, 0, 8, 6, 0, 8, 12, 15, 45}}};
  CHECK(least_full_quality(file) == 45);
}

}  // namespace
}  // namespace vaecomp
