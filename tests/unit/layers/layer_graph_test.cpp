// What a layer list becomes; and each rule on layers, broken once.
#include "codec/layers/layer_graph.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include "support/network_maker.h"

namespace vaecomp {
namespace {

// A sound network with every kind of layer; the layers' numbers are named for the tests below.
enum Layer {
  kConv,
  kPush,
  kDepthwise,
  kRelu,
  kAdd,
  kConcat,
  kAffine,
  kWiden,
  kShuffle,
  kUnshuffle
};

NetworkMaker sound() {
  NetworkMaker maker(1);
  maker.declare_input(6).declare_input(2);
  maker.conv1x1(4).push().depthwise(3).relu().add().concat(1).affine();
  maker.conv1x1(8).shuffle(2).unshuffle(2);
  return maker;
}

Result<LayerGraph> graph_of(const NetworkMaker& maker) {
  return build_layer_graph(maker.model, maker.record, Arithmetic::kExact);
}

using Change = std::function<void(NetworkMaker&)>;

void check_refused(std::string_view rule, const Change& change,
                   ErrorCode code = ErrorCode::kCorrupt) {
  NetworkMaker maker = sound();
  change(maker);
  const Result<LayerGraph> result = graph_of(maker);
  REQUIRE_FALSE(result.has_value());
  CHECK_MESSAGE(result.error().code == code, result.error().message());
  CHECK_MESSAGE(result.error().rule == rule, result.error().message());
}

LayerRecord& layer(NetworkMaker& maker, int i) { return maker.record.layers[i]; }

NamedTensor& weights(NetworkMaker& maker, int i) {
  return maker.model.tensors[layer(maker, i).weights];
}
NamedTensor& bias(NetworkMaker& maker, int i) { return maker.model.tensors[layer(maker, i).bias]; }
NamedTensor& multiplier(NetworkMaker& maker, int i) {
  return maker.model.tensors[layer(maker, i).multiplier];
}
void set_first_i32(NamedTensor& tensor, std::int32_t value) {
  std::vector<std::int32_t> values = tensor.data.values<std::int32_t>();
  values[0] = value;
  tensor.data = values;
}

bool holds(const LayerNode& node, int channels, int low, int high, Scale scale = {}) {
  return node.channels == channels && node.fraction == kFraction && node.low == low &&
         node.high == high && node.scale == scale;
}

TEST_CASE("a sound network is accepted and described") {
  const Result<LayerGraph> graph = graph_of(sound());
  REQUIRE_MESSAGE(graph.has_value(), graph.error().message());
  // A push leaves no node, and neither does a relu that is part of the layer before it.
  enum Node {
    kIn,
    kOther,
    kConv,
    kDepthwise,
    kAdd,
    kConcat,
    kAffine,
    kWiden,
    kShuffle,
    kUnshuffle
  };
  REQUIRE(graph->inputs == 2);
  REQUIRE(graph->nodes.size() == kUnshuffle + 1);
  CHECK(graph->result == kUnshuffle);
  const auto& nodes = graph->nodes;
  CHECK(holds(nodes[kIn], 6, -32768, 32767));
  CHECK(holds(nodes[kConv], 4, -8000, 8000));
  CHECK(nodes[kConv].a == kIn);
  CHECK(holds(nodes[kDepthwise], 4, 0, 8000));
  CHECK(nodes[kDepthwise].relu);
  CHECK(nodes[kDepthwise].k == 3);
  CHECK(nodes[kAdd].a == kConv);
  CHECK(nodes[kAdd].b == kDepthwise);
  CHECK(holds(nodes[kConcat], 6, -32768, 32767));
  CHECK(nodes[kConcat].a == kAdd);
  CHECK(nodes[kConcat].b == kOther);
  CHECK(nodes[kAffine].weights.size() == 101 * 6);
  CHECK(holds(nodes[kShuffle], 2, -8000, 8000, {.up = 2}));
  CHECK(holds(nodes[kUnshuffle], 8, -8000, 8000));
  for (const LayerNode& node : nodes) CHECK(node.sees_neighbours() == (node.k > 0));
}

TEST_CASE("a relu is a node of its own where the value before it is used as well") {
  NetworkMaker maker(1);
  maker.declare_input(4).relu().conv1x1(4).push().relu().add();
  const Result<LayerGraph> graph = graph_of(maker);
  REQUIRE(graph.has_value());
  REQUIRE(graph->nodes.size() == 5);
  CHECK(graph->nodes[1].op == Op::kRelu);  // an input has no clip to be part of
  CHECK(holds(graph->nodes[1], 4, 0, 32767));
  CHECK(holds(graph->nodes[2], 4, -8000, 8000));
  CHECK(holds(graph->nodes[3], 4, 0, 8000));
  CHECK(graph->nodes[4].a == 2);
  CHECK(graph->nodes[4].b == 3);
}

TEST_CASE("layers that the result does not need leave no node, but are checked") {
  NetworkMaker maker(1);
  maker.declare_input(4).declare_input(3).conv1x1(5).relu().input(1);
  const Result<LayerGraph> none = graph_of(maker);
  REQUIRE(none.has_value());
  CHECK(none->nodes.size() == 2);
  CHECK(none->result == 1);
  maker.conv1x1(7).depthwise(3);
  const Result<LayerGraph> two = graph_of(maker);
  REQUIRE(two.has_value());
  REQUIRE(two->nodes.size() == 4);
  CHECK(two->result == 3);
  CHECK(two->nodes[2].a == 1);
  CHECK(two->nodes[3].a == 2);
  layer(maker, 0).shift = 1;
  CHECK(graph_of(maker).error().rule == "VM-14");
}

TEST_CASE("VM-09: unknown ops") {
  check_refused("VM-09", [](NetworkMaker& m) { m.append({.op = static_cast<Op>(0)}); });
  check_refused("VM-09", [](NetworkMaker& m) { m.append({.op = static_cast<Op>(12)}); });
}

TEST_CASE("VM-10: fields that an op does not use, and crossed bounds") {
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kConv).k = 1; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kPush).low = -1; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kRelu).high = 1; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kAdd).shift = 1; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kAdd).fraction = kFraction; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kAffine).multiplier = 0; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kShuffle).weights = 0; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kConcat).bias = 0; });
  check_refused("VM-10", [](NetworkMaker& m) { layer(m, kConv).low = 8001; });
}

TEST_CASE("VM-11: the stack") {
  check_refused("VM-11", [](NetworkMaker& m) { m.push(); });
  check_refused("VM-11", [](NetworkMaker& m) { m.add(); });
}

TEST_CASE("VM-12: inputs") {
  check_refused("VM-12", [](NetworkMaker& m) { m.append({.op = Op::kInput, .k = 2}); });
  check_refused("VM-12", [](NetworkMaker& m) { layer(m, kConcat).k = 2; });
  check_refused("VM-12", [](NetworkMaker& m) { m.record.inputs.clear(); });
  check_refused("VM-12", [](NetworkMaker& m) { m.record.inputs[1].channels = 0; });
}

TEST_CASE("VM-13: add needs equal shapes and fractions") {
  check_refused("VM-13", [](NetworkMaker& m) { m.push().conv1x1(7).add(); });
  check_refused("VM-13", [](NetworkMaker& m) { m.push().conv1x1(32).shuffle(2).add(); });
  check_refused("VM-13", [](NetworkMaker& m) { layer(m, kDepthwise).fraction = 5; });
}

TEST_CASE("VM-14: conv1x1") {
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).weights = 999; });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).weights = kNoTensor; });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).bias = 999; });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).multiplier = kNoTensor; });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).bias = layer(m, kWiden).bias; });
  check_refused("VM-14", [](NetworkMaker& m) { weights(m, kConv).dims = {4, 3, 2}; });
  check_refused("VM-14", [](NetworkMaker& m) { weights(m, kConv).dims = {6, 4}; });
  check_refused("VM-14", [](NetworkMaker& m) { weights(m, kConv).dims = {0, 6}; });
  check_refused("VM-14",
                [](NetworkMaker& m) { bias(m, kConv).data = std::vector<std::int16_t>(4); });
  check_refused("VM-14",
                [](NetworkMaker& m) { weights(m, kConv).data = std::vector<std::uint8_t>(24); });
  check_refused("VM-14",
                [](NetworkMaker& m) { weights(m, kConv).data = std::vector<std::int16_t>(23); });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).shift = 31; });
  check_refused("VM-14", [](NetworkMaker& m) { layer(m, kConv).shift = 47; });
}

TEST_CASE("VM-15: depthwise") {
  for (const int k : {0, 2, 5, 14, 17}) {
    check_refused("VM-15", [k](NetworkMaker& m) { layer(m, kDepthwise).k = std::uint8_t(k); });
  }
  check_refused("VM-15", [](NetworkMaker& m) { weights(m, kDepthwise).dims = {3, 3, 4}; });
  check_refused("VM-15", [](NetworkMaker& m) { layer(m, kDepthwise).weights = kNoTensor; });
  check_refused("VM-15", [](NetworkMaker& m) { layer(m, kDepthwise).shift = 31; });
  check_refused("VM-15", [](NetworkMaker& m) { bias(m, kDepthwise).dims = {2, 2}; });
  check_refused("VM-15",
                [](NetworkMaker& m) { weights(m, kDepthwise).data = std::vector<F32Bits>(36); });
}

TEST_CASE("VM-16, VM-17: shuffle and unshuffle") {
  for (const int k : {0, 1, 3, 17}) {
    check_refused("VM-16", [k](NetworkMaker& m) { layer(m, kShuffle).k = std::uint8_t(k); });
    check_refused("VM-17", [k](NetworkMaker& m) { layer(m, kUnshuffle).k = std::uint8_t(k); });
  }
  check_refused("VM-17", [](NetworkMaker& m) { m.unshuffle(2); });  // below the inputs' scale
}

TEST_CASE("VM-18: concat needs equal sizes and fractions") {
  check_refused("VM-18", [](NetworkMaker& m) { m.record.inputs[1].fraction = 5; });
  check_refused("VM-18", [](NetworkMaker& m) { m.shuffle(2).concat(1); });
}

TEST_CASE("VM-19: affine") {
  check_refused("VM-19", [](NetworkMaker& m) { layer(m, kAffine).shift = 0; });
  check_refused("VM-19", [](NetworkMaker& m) { layer(m, kAffine).shift = 47; });
  check_refused("VM-19", [](NetworkMaker& m) { layer(m, kAffine).bias = kNoTensor; });
  check_refused("VM-19", [](NetworkMaker& m) { weights(m, kAffine).dims = {6, 101}; });
  check_refused("VM-19",
                [](NetworkMaker& m) { bias(m, kAffine).data = std::vector<std::int16_t>(606); });
}

TEST_CASE("VM-20: multipliers and scales are at least 1") {
  check_refused("VM-20", [](NetworkMaker& m) { set_first_i32(multiplier(m, kConv), 0); });
  check_refused("VM-20", [](NetworkMaker& m) { set_first_i32(multiplier(m, kDepthwise), -1); });
  check_refused("VM-20", [](NetworkMaker& m) { set_first_i32(weights(m, kAffine), 0); });
}

// 64 input channels of weight 1023 and one bias: 64 * 1023 * 32768 + 2097151 = 2^31 - 1.
NetworkMaker at_the_limit(std::int32_t bias_value) {
  NetworkMaker maker(1);
  maker.declare_input(64).conv1x1(1);
  weights(maker, 0).data = std::vector<std::int16_t>(64, -1023);
  set_first_i32(bias(maker, 0), bias_value);
  return maker;
}

TEST_CASE("VM-21: the overflow proof is sharp") {
  for (const std::int32_t sign : {1, -1}) {
    const NetworkMaker inside = at_the_limit(sign * 2097151);
    CHECK(graph_of(inside).has_value());
    const NetworkMaker outside = at_the_limit(sign * 2097152);
    const Result<LayerGraph> result = graph_of(outside);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().rule == "VM-21");
  }
  check_refused("VM-21", [](NetworkMaker& m) {
    set_first_i32(bias(m, kConv), std::numeric_limits<std::int32_t>::min());
  });
  check_refused("VM-21", [](NetworkMaker& m) {  // 9 * 32767 * 8000 > 2^31
    weights(m, kDepthwise).data = std::vector<std::int16_t>(36, 32767);
  });
}

TEST_CASE("VM-21: bounds follow the layers") {
  // The same convolution is refused behind an input and accepted behind a layer that clips.
  const auto made = [](bool clipped) {
    NetworkMaker maker(1);
    maker.low = -10;
    maker.high = 10;
    maker.declare_input(100);
    if (clipped) maker.affine();
    maker.weight_limit = 32767;
    return maker.conv1x1(1);
  };
  const NetworkMaker open = made(false), clipped = made(true);
  CHECK_FALSE(graph_of(open).has_value());
  CHECK(graph_of(clipped).has_value());
}

TEST_CASE("VM-22: float networks and asinh") {
  check_refused("VM-22", [](NetworkMaker& m) { m.record.arithmetic = Arithmetic::kFloat; });
  check_refused("VM-22", [](NetworkMaker& m) { m.append({.op = Op::kAsinh}); });
}

TEST_CASE("limits: channels, scale, weights") {
  check_refused(
      "", [](NetworkMaker& m) { m.conv1x1(65535).concat(0); }, ErrorCode::kLimit);
  check_refused(
      "",
      [](NetworkMaker& m) {
        m.conv1x1(256).shuffle(16).conv1x1(256).shuffle(16).conv1x1(4).shuffle(2);
      },
      ErrorCode::kLimit);
  // 4096^2 = 2^24 weights, used by 16 layers: together with those before, more than 2^28.
  const Change share_weights = [](NetworkMaker& m) {
    m.weight_limit = 1;
    m.wide_weights = false;
    m.conv1x1(4096).conv1x1(4096);
    for (int i = 0; i < 15; ++i) m.append(m.record.layers.back());
  };
  check_refused("", share_weights, ErrorCode::kLimit);
}

}  // namespace
}  // namespace vaecomp
