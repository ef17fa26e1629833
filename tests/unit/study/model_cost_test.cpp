// Multiplications and parameters, counted by hand for small networks.
#include "codec/study/model_cost.h"

#include <doctest/doctest.h>

#include "support/files.h"
#include "support/network_maker.h"

namespace vaecomp {
namespace {

// Takes the network out of `maker`, which can make another then.
void finish(NetworkMaker& maker, const char* name) {
  maker.record.name = name;
  maker.model.networks.push_back(std::exchange(maker.record, {}));
}

// Weights of 1, so that all are in use.
void fill(ModelFile& file, std::uint16_t tensor) {
  file.tensors[tensor].data = std::vector<std::int16_t>(file.tensors[tensor].data.size(), 1);
}

ModelFile three_networks() {
  NetworkMaker maker(1);
  // 8 channels at 1/16 -> 12, shuffled by 2 to 3 channels at 1/8, depthwise 5 x 5 there.
  maker.declare_input(8).conv1x1(12).shuffle(2).depthwise(5);
  finish(maker, "synthesis");
  maker.declare_input(8).conv1x1(12).relu();
  finish(maker, "hyper_synthesis");
  // In single precision: 3 channels -> 48 at 1/4 -> 12.
  maker.declare_input(3).unshuffle(4).conv1x1(12);
  LayerRecord& conv = maker.record.layers[1];
  conv.shift = conv.fraction = 0;
  conv.low = conv.high = 0;
  for (const std::uint16_t tensor : {conv.bias, conv.multiplier})
    maker.model.tensors[tensor].data = std::vector<F32Bits>(12);
  maker.record.inputs[0].fraction = 0;
  maker.record.arithmetic = Arithmetic::kFloat;
  finish(maker, "analysis");
  for (const NetworkRecord& network : maker.model.networks)
    for (const LayerRecord& layer : network.layers)
      if (layer.weights != kNoTensor) fill(maker.model, layer.weights);
  return maker.model;
}

std::vector<NetworkInfo> costs_of(const ModelFile& file,
                                  const std::vector<ContextStep>& steps = {}) {
  const auto costs = network_costs(file, steps);
  REQUIRE_MESSAGE(costs.has_value(), costs.error().message());
  return *costs;
}

TEST_CASE("cost follows the resolution") {
  const std::vector<NetworkInfo> costs = costs_of(three_networks());
  REQUIRE(costs.size() == 3);
  CHECK(costs[0].macs_per_pixel == doctest::Approx(96.0 / 256 + 75.0 / 64));
  CHECK(costs[0].parameters == 96 + 12 + 75 + 3);
  CHECK(costs[1].macs_per_pixel == doctest::Approx(96.0 / 4096));
  CHECK(costs[1].parameters == 108);
  CHECK(costs[2].macs_per_pixel == doctest::Approx(576.0 / 16));
}

TEST_CASE("a network is described") {
  const NetworkInfo info = costs_of(three_networks())[2];
  CHECK(info.name == "analysis");
  CHECK_FALSE(info.exact);
  CHECK(info.input_channels == std::vector<int>{3});
  CHECK(info.layers == 2);
}

TEST_CASE("inputs that meet no weight cost nothing") {
  ModelFile file = three_networks();
  TensorData& weights = file.tensors[file.networks[1].layers[0].weights].data;
  auto values = weights.values<std::int16_t>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i % 8 >= 5) values[i] = 0;
  weights = values;
  const NetworkInfo info = costs_of(file)[1];
  CHECK(info.macs_per_pixel == doctest::Approx(60.0 / 4096));
  CHECK(info.parameters == 60 + 12);
}

TEST_CASE("a context step ends where it codes") {
  NetworkMaker maker(1);
  for (const char* name : {"context.0", "context.1"}) {
    maker.declare_input(8).conv1x1(12).depthwise(5).conv1x1(12);
    for (const LayerRecord& layer : maker.record.layers) fill(maker.model, layer.weights);
    finish(maker, name);
  }
  const auto costs = costs_of(maker.model, {{0, 8, 9, 0}, {0, 8, 2, 0}});
  CHECK(costs[0].macs_per_pixel == doctest::Approx((96.0 + 300 + 144 / 2.0) / 256));
  CHECK(costs[1].macs_per_pixel == doctest::Approx((96.0 + 300 + 144 / 4.0) / 256));
}

TEST_CASE("encoder and decoder share the hyper synthesis, and one works in single precision") {
  const CodecCost total = codec_cost(costs_of(three_networks()));
  CHECK(total.decode == doctest::Approx(96.0 / 256 + 75.0 / 64 + 96.0 / 4096));
  CHECK(total.encode == doctest::Approx(576.0 / 16 + 96.0 / 4096));
  CHECK(total.floats == doctest::Approx(576.0 / 16));
}

TEST_CASE("a network that breaks a rule has no cost") {
  ModelFile file = three_networks();
  file.networks[1].layers[0].shift = 31;
  CHECK(network_costs(file, {}).error().rule == "VM-14");
}

TEST_CASE("a model is described whole, and the built-in one like the file it was made of") {
  const Bytes file = test::read_file("codec/default_model/default.vaem");
  const Result<ModelInfo> whole = inspect_model(file), parts = inspect_default_model();
  REQUIRE(whole);
  REQUIRE(parts);
  CHECK(whole->bytes == file.size());
  for (const Result<ModelInfo>& info : {whole, parts}) {
    CHECK(info->id == Model::load_default()->id());
    CHECK(info->id == DecoderModel::load_default()->id());
    CHECK(info->card == DecoderModel::load_default()->card());
    CHECK(info->networks.size() == 12);
    CHECK(info->tensors.size() == whole->tensors.size());
    CHECK(info->cost.decode == doctest::Approx(whole->cost.decode));
    CHECK(info->cost.encode == doctest::Approx(whole->cost.encode));
    CHECK(info->cost.floats == doctest::Approx(whole->cost.floats));
    CHECK(info->least_full_quality == 50);
  }
  CHECK_FALSE(inspect_model({}));
}

}  // namespace
}  // namespace vaecomp
