// Whole networks: random layer lists against the referee, threads, waves, and what build()
// reports.
#include "codec/exact/exact_network.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "codec/engine/row_schedule.h"
#include "codec/exact/reference_ops.h"
#include "support/network_maker.h"

namespace vaecomp {
namespace {

constexpr int kQuality = 37;

std::vector<Tensor> random_inputs(NetworkMaker& maker, int height, int width) {
  std::vector<Tensor> inputs;
  for (const NetworkInput& input : maker.record.inputs) {
    inputs.push_back(maker.random_tensor(height, width, input.channels, -3000, 3000));
  }
  return inputs;
}

std::vector<const Tensor*> pointers_to(const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return pointers;
}

ExactNetwork built(const NetworkMaker& maker) {
  Result<ExactNetwork> network = ExactNetwork::build(maker.model, maker.record);
  REQUIRE_MESSAGE(network.has_value(), network.error().message());
  return *std::move(network);
}

// Appends `layers` random layers, keeping the stack balanced; `scale` is that of the current
// tensor.
void grow(NetworkMaker& maker, int layers, int depth, int& scale) {
  Random& random = maker.random;
  for (int i = 0; i < layers; ++i) {
    maker.low = static_cast<int>(random(-9000, -100));
    maker.high = static_cast<int>(random(100, 9000));
    switch (random(0, 9)) {
      case 0:
        maker.conv1x1(static_cast<int>(random(1, 40)));
        break;
      case 1:
        maker.depthwise(static_cast<int>(2 * random(0, 3) + 1));
        break;
      case 2:
        maker.relu();
        break;
      case 3:
        maker.affine();
        break;
      case 4:
        if (scale > 4) break;
        maker.conv1x1(static_cast<int>(4 * random(1, 8))).shuffle(2);
        scale *= 2;
        break;
      case 5:
        if (scale % 2 != 0 || maker.channels > 40) break;
        maker.unshuffle(2);
        scale /= 2;
        break;
      case 6:
        if (scale == 1 && maker.channels < 100) maker.concat(static_cast<int>(random(0, 1)));
        break;
      case 7: {  // anything in a residual branch that ends with the right shape
        if (depth == 0) break;
        const int channels = maker.channels;
        int inner = scale;
        maker.push();
        grow(maker, static_cast<int>(random(0, 3)), depth - 1, inner);
        for (; inner > scale; inner /= 2) maker.unshuffle(2);
        for (; inner < scale; inner *= 2) maker.conv1x1(4).shuffle(2);
        if (maker.channels != channels) maker.conv1x1(channels);
        maker.add();
        break;
      }
      case 8: {  // the other input, summed with what there is or instead of it
        if (scale != 1) break;
        const int k = static_cast<int>(random(0, 1));
        if (depth > 0 && random(0, 3) > 0) {
          maker.conv1x1(maker.record.inputs[k].channels).push().input(k).add();
        } else {
          maker.input(k);
        }
        break;
      }
      default:
        maker.block();
        break;
    }
  }
}

NetworkMaker random_network(std::uint32_t seed) {
  NetworkMaker maker(seed);
  maker.wide_weights = seed % 2 == 0;
  maker.declare_input(static_cast<int>(maker.random(1, 20)));
  maker.declare_input(static_cast<int>(maker.random(1, 20)));
  int scale = 1;
  grow(maker, static_cast<int>(seed % 12), 3, scale);
  return maker;
}

// The default model's shapes, smaller.
NetworkMaker small_synthesis() {
  NetworkMaker maker(9);
  maker.declare_input(24).affine().conv1x1(24).affine().block().conv1x1(64).shuffle(2);
  maker.affine().block().block().conv1x1(32).shuffle(2).block().conv1x1(48).shuffle(4);
  return maker;
}

TEST_CASE("VM-11 .. VM-19: random networks equal the referee, with 1, 2 and 7 threads") {
  ThreadPool one(1), two(2), seven(7);
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    NetworkMaker maker = random_network(seed);
    const ExactNetwork network = built(maker);
    const int height = static_cast<int>(maker.random(1, 6));
    const int width = static_cast<int>(maker.random(1, seed % 5 == 0 ? 70 : 9));
    const std::vector<Tensor> inputs = random_inputs(maker, height, width);
    const std::vector<const Tensor*> pointers = pointers_to(inputs);
    const Tensor expected = reference_run(maker.model, maker.record, pointers, kQuality);
    CAPTURE(seed);
    CHECK(network.output_channels() == expected.channels);
    CHECK(network.scale_up() * height == expected.height);
    for (ThreadPool* pool : {&one, &two, &seven}) {
      const Tensor out = network.run(pointers, kQuality, *pool);
      CHECK(out.height == expected.height);
      CHECK(out.width == expected.width);
      CHECK(out.values == expected.values);
    }
  }
}

TEST_CASE("where only some phases are wanted, those positions equal the referee") {
  ThreadPool one(1), seven(7);
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    NetworkMaker maker = random_network(seed);
    const ExactNetwork network = built(maker);
    const int phases = static_cast<int>(maker.random(1, kAllPhases));
    const int height = static_cast<int>(maker.random(1, 6));
    const int width = static_cast<int>(maker.random(1, seed % 3 == 0 ? 70 : 9));
    const std::vector<Tensor> inputs = random_inputs(maker, height, width);
    const std::vector<const Tensor*> pointers = pointers_to(inputs);
    const Tensor expected = reference_run(maker.model, maker.record, pointers, kQuality);
    CAPTURE(seed);
    for (ThreadPool* pool : {&one, &seven}) {
      const Tensor out = network.run(pointers, kQuality, *pool, phases);
      REQUIRE(out.values.size() == expected.values.size());
      for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
          if (!has_position(phases, y, x)) continue;
          CHECK(std::equal(out.at(y, x), out.at(y, x) + out.channels, expected.at(y, x)));
        }
      }
    }
  }
}

TEST_CASE("positions that are not wanted take no work in the last segment") {
  NetworkMaker maker(3);
  maker.declare_input(8).block().conv1x1(16);
  const ExactNetwork network = built(maker);
  ThreadPool pool(1);
  const std::vector<Tensor> inputs = random_inputs(maker, 3, 40);
  const Tensor out = network.run(pointers_to(inputs), kQuality, pool, 0b0100);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const bool made = std::any_of(out.at(y, x), out.at(y, x) + out.channels,
                                    [](std::int16_t v) { return v != 0; });  // else all are 0
      CHECK(made == has_position(0b0100, y, x));
    }
  }
}

TEST_CASE("the default model's structure equals the referee") {
  NetworkMaker maker = small_synthesis();
  const ExactNetwork network = built(maker);
  CHECK(network.scale_up() == 16);
  CHECK(network.input_count() == 1);
  CHECK(network.input_channels(0) == 24);
  CHECK(network.input_fraction(0) == kFraction);
  CHECK(network.output_channels() == 3);
  CHECK(network.output_fraction() == kFraction);
  ThreadPool pool(2);
  const std::vector<Tensor> inputs = random_inputs(maker, 5, 6);
  for (const int quality : {0, 100}) {
    CHECK(network.run(pointers_to(inputs), quality, pool).values ==
          reference_run(maker.model, maker.record, pointers_to(inputs), quality).values);
  }
}

// Sets the weights of input channels outside of [first, end) to 0 in conv1x1 weights [D][columns].
void look_only_at(NamedTensor& weights, int columns, int first, int end) {
  auto values = weights.data.values<std::int16_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int column = static_cast<int>(i % columns);
    if (column < first || column >= end) values[i] = 0;
  }
  weights.data = values;
}

TEST_CASE("channels that meet no weight, or are 0 throughout, change nothing") {
  struct Case {
    int channels, first, end;
  };
  constexpr Case kCases[] = {{70, 0, 20}, {70, 33, 70}, {70, 16, 48}, {64, 5, 5}, {48, 47, 48}};
  ThreadPool pool(1);
  for (const Case& each : kCases) {
    const int channels = each.channels, first = each.first, end = each.end;
    for (const int silent_from : {channels, 40, 33, 1, 0}) {
      CAPTURE(first);
      CAPTURE(end);
      CAPTURE(silent_from);
      NetworkMaker maker(static_cast<std::uint32_t>(channels + first));
      maker.declare_input(channels).conv1x1(37).relu().conv1x1(5);
      look_only_at(maker.model.tensors[maker.record.layers[0].weights], channels, first, end);
      std::vector<Tensor> inputs = random_inputs(maker, 2, 9);
      for (std::size_t i = 0; i < inputs[0].values.size(); ++i)
        if (static_cast<int>(i % channels) >= silent_from) inputs[0].values[i] = 0;
      inputs[0].at(1, 4)[channels - 1] = 77;  // one position of its group is not silent
      CHECK(built(maker).run(pointers_to(inputs), kQuality, pool).values ==
            reference_run(maker.model, maker.record, pointers_to(inputs), kQuality).values);
    }
  }
}

TEST_CASE("networks that change nothing") {
  NetworkMaker maker(1);
  maker.declare_input(5).declare_input(7);
  const std::vector<Tensor> inputs = random_inputs(maker, 2, 40);
  ThreadPool pool(2);
  CHECK(built(maker).run(pointers_to(inputs), 0, pool).values == inputs[0].values);
  maker.conv1x1(3).input(1);
  CHECK(built(maker).run(pointers_to(inputs), 0, pool).values == inputs[1].values);
}

// The result of stream(), which must give every row once and in order.
Tensor streamed(const ExactNetwork& network, const std::vector<Tensor>& inputs, int wave,
                ThreadPool& pool) {
  const std::vector<TensorRows> rows(inputs.begin(), inputs.end());
  const int scale = network.scale_up();
  Tensor result(inputs[0].height * scale, inputs[0].width * scale, network.output_channels());
  int next = 0;
  const auto keep = [&](const TensorRows& made, int begin, int end) {
    CHECK(begin == next);
    CHECK(made.height == result.height);
    for (int y = begin; y < end; ++y) std::copy_n(made.row(y), made.row_size(), result.row(y));
    next = end;
  };
  CHECK(network.stream(rows, {.quality = kQuality, .wave = wave}, pool, keep));
  CHECK(next == result.height);
  return result;
}

TEST_CASE("every cut into waves gives the same rows") {
  ThreadPool one(1), three(3);
  for (std::uint32_t seed = 1000; seed < 1060; ++seed) {
    NetworkMaker maker = seed == 1000 ? small_synthesis() : random_network(seed);
    const ExactNetwork network = built(maker);
    const std::vector<Tensor> inputs = random_inputs(maker, 1 + static_cast<int>(seed % 19), 3);
    const Tensor expected = reference_run(maker.model, maker.record, pointers_to(inputs), kQuality);
    CAPTURE(seed);
    for (const int wave : {1, 2, 5, 100}) {
      CHECK(streamed(network, inputs, wave, one).values == expected.values);
      CHECK(streamed(network, inputs, wave, three).values == expected.values);
    }
  }
}

TEST_CASE("what reads the result may overwrite the inputs' rows at the same place") {
  ThreadPool pool(3);
  NetworkMaker maker(5);
  maker.declare_input(16).declare_input(20).concat(1).conv1x1(24).block().block().conv1x1(20);
  const ExactNetwork network = built(maker);
  std::vector<Tensor> inputs = random_inputs(maker, 23, 5);
  const Tensor expected = reference_run(maker.model, maker.record, pointers_to(inputs), kQuality);
  for (const int wave : {1, 4}) {
    std::vector<Tensor> changed = inputs;
    const auto overwrite = [&](const TensorRows& made, int begin, int end) {
      for (int y = begin; y < end; ++y)
        std::copy_n(made.row(y), made.row_size(), changed[1].row(y));
    };
    const TensorRows rows[] = {changed[0], changed[1]};
    CHECK(network.stream(rows, {.quality = kQuality, .wave = wave}, pool, overwrite));
    CHECK(changed[1].values == expected.values);
  }
}

TEST_CASE("a run ends with the error of whoever is told of its progress") {
  ThreadPool pool(2);
  NetworkMaker maker = small_synthesis();
  const ExactNetwork network = built(maker);
  const std::vector<Tensor> inputs = random_inputs(maker, 40, 3);
  const TensorRows rows[] = {inputs[0]};
  int last = 0;
  const RunOptions options{
      .quality = kQuality, .wave = 1, .progress = [&](int done, int all) -> Result<void> {
        CHECK(all == 16 * 40);
        CHECK(done >= last);
        last = done;
        if (done > all / 2) return Error{ErrorCode::kIo, "enough"};
        return {};
      }};
  const Result<void> result =
      network.stream(rows, options, pool, [](const TensorRows&, int, int) {});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().text == "enough");
  CHECK(last < 16 * 40);
}

TEST_CASE("a tall input needs no more rows at a time than a low one") {
  NetworkMaker maker = small_synthesis();
  const auto graph = build_layer_graph(maker.model, maker.record, Arithmetic::kExact);
  REQUIRE(graph.has_value());
  const LayerPlan plan = plan_layers(*graph, kLanes);
  const std::vector<int> low = ring_capacities(plan, 40, 2);
  CHECK(ring_capacities(plan, 4000, 2) == low);
  for (std::size_t t = 1; t < low.size(); ++t) CHECK(low[t] <= 16 * 12);  // waves and windows
}

TEST_CASE("a network outlives its model and can be copied") {
  NetworkMaker maker = small_synthesis();
  const std::vector<Tensor> inputs = random_inputs(maker, 3, 3);
  const ExactNetwork network = built(maker);
  ThreadPool pool(1);
  const Tensor before = network.run(pointers_to(inputs), kQuality, pool);
  const ExactNetwork copy = network;
  for (NamedTensor& tensor : maker.model.tensors) tensor = {};
  CHECK(network.run(pointers_to(inputs), kQuality, pool).values == before.values);
  CHECK(copy.run(pointers_to(inputs), kQuality, pool).values == before.values);
}

}  // namespace
}  // namespace vaecomp
