// The float twins against the exact networks, and their gradients against finite differences.
#include "codec/refine/twin_network.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "codec/exact/exact_network.h"
#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

constexpr int kQuality = 40;

const ModelFile& tiny_file() {
  static const ModelFile file = [] {
    Result<ModelFile> read = read_model_file(test::read_file("tests/models/tiny.vaem"));
    REQUIRE(read.has_value());
    return *std::move(read);
  }();
  return file;
}

FloatTensor random_tensor(int height, int width, int channels, int range, std::uint32_t seed) {
  test::Random random(seed);
  FloatTensor tensor(height, width, channels);
  for (float& v : tensor.values) v = static_cast<float>(random.below(2 * range + 1) - range);
  return tensor;
}

struct Case {
  const NetworkRecord& record;
  TwinNetwork twin;
  std::vector<FloatTensor> inputs;
};

// A network of the tiny model with integer inputs, of the size of latents as they are met with.
Case make_case(const std::string& name, int height, int width) {
  const NetworkRecord* record = tiny_file().find_network(name);
  REQUIRE(record != nullptr);
  Result<TwinNetwork> twin = TwinNetwork::build(tiny_file(), *record, kQuality);
  REQUIRE(twin.has_value());
  Case c{*record, *std::move(twin), {}};
  for (std::size_t i = 0; i < record->inputs.size(); ++i)
    c.inputs.push_back(random_tensor(height, width, record->inputs[i].channels, 80,
                                     11 + static_cast<std::uint32_t>(i)));
  return c;
}

std::vector<const FloatTensor*> pointers(const std::vector<FloatTensor>& tensors) {
  std::vector<const FloatTensor*> result;
  for (const FloatTensor& t : tensors) result.push_back(&t);
  return result;
}

double dot(const FloatTensor& a, const FloatTensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += double{a.values[i]} * b.values[i];
  return sum;
}

const char* const kNames[] = {"hyper_synthesis", "context.0", "context.1", "context.3",
                              "synthesis"};

TEST_CASE("twins differ from the exact networks by roundings only") {
  ThreadPool pool(2);
  for (const char* name : kNames) {
    CAPTURE(name);
    Case c = make_case(name, 5, 7);
    std::vector<Tensor> integers;
    for (const FloatTensor& in : c.inputs) {
      Tensor t(in.height, in.width, in.channels);
      for (std::size_t i = 0; i < t.values.size(); ++i)
        t.values[i] = static_cast<std::int16_t>(in.values[i]);
      integers.push_back(std::move(t));
    }
    std::vector<const Tensor*> views;
    for (const Tensor& t : integers) views.push_back(&t);
    const Result<ExactNetwork> exact = ExactNetwork::build(tiny_file(), c.record);
    REQUIRE(exact.has_value());
    const Tensor expected = exact->run(views, kQuality, pool);

    TwinNetwork::Tape tape;
    const FloatTensor& result = c.twin.forward(pointers(c.inputs), tape, pool);
    REQUIRE(result.height == expected.height);
    REQUIRE(result.width == expected.width);
    REQUIRE(result.channels == expected.channels);
    double error = 0, power = 0;
    for (std::size_t i = 0; i < result.values.size(); ++i) {
      error += std::pow(result.values[i] - expected.values[i], 2);
      power += std::pow(expected.values[i], 2);
    }
    CHECK(power > 0);
    CHECK(std::sqrt(error / static_cast<double>(result.values.size())) <
          2.0 + 0.002 * std::sqrt(power / static_cast<double>(result.values.size())));
  }
}

TEST_CASE("channels known to be zero change no result, and get no gradient") {
  ThreadPool pool(2);
  Case c = make_case("synthesis", 4, 5);
  FloatTensor& latents = c.inputs[0];
  const int live = latents.channels - 20;  // the tiny model has 20 detail latents
  for (std::size_t i = 0; i < latents.values.size(); ++i)
    if (static_cast<int>(i % latents.channels) >= live) latents.values[i] = 0.0f;
  const Result<TwinNetwork> small = TwinNetwork::build(tiny_file(), c.record, kQuality, live);
  REQUIRE(small.has_value());

  TwinNetwork::Tape tape, small_tape;
  const FloatTensor& out = c.twin.forward(pointers(c.inputs), tape, pool);
  CHECK(small->forward(pointers(c.inputs), small_tape, pool).values == out.values);
  const FloatTensor slopes = random_tensor(out.height, out.width, out.channels, 100, 5);
  c.twin.backward(slopes, tape, pool);
  small->backward(slopes, small_tape, pool);
  bool seen_detail = false;
  for (std::size_t i = 0; i < latents.values.size(); ++i) {
    const bool is_live = static_cast<int>(i % latents.channels) < live;
    seen_detail |= !is_live && tape.gradients[0].values[i] != 0.0f;
    REQUIRE(small_tape.gradients[0].values[i] == (is_live ? tape.gradients[0].values[i] : 0.0f));
  }
  CHECK(seen_detail);  // else there would have been nothing to leave out
}

TEST_CASE("gradients agree with finite differences, on any number of threads") {
  ThreadPool pool(3), one(1);
  for (const char* name : kNames) {
    CAPTURE(name);
    Case c = make_case(name, 6, 5);
    TwinNetwork::Tape tape, other_tape;
    const FloatTensor& out = c.twin.forward(pointers(c.inputs), tape, pool);
    // The loss is a fixed random linear function of the output.
    const FloatTensor slopes = random_tensor(out.height, out.width, out.channels, 100, 5);
    c.twin.backward(slopes, tape, pool);
    c.twin.forward(pointers(c.inputs), other_tape, one);
    c.twin.backward(slopes, other_tape, one);

    for (std::size_t i = 0; i < c.inputs.size(); ++i) {
      CHECK(tape.gradients[i].values == other_tape.gradients[i].values);
      if (i == 1 && std::string(name) == "context.0")
        continue;  // the first step does not look at latents
      // Along half of the gradient itself, where the loss rises fastest and so most clearly.
      FloatTensor direction = tape.gradients[i];
      float largest = 0.0f;
      for (float v : direction.values) largest = std::max(largest, std::abs(v));
      test::Random random(99);
      for (float& v : direction.values) v *= static_cast<float>(random.below(2)) / largest;
      const double expected = dot(tape.gradients[i], direction);
      CHECK(expected != 0.0);
      static constexpr float kStep =
          0.05f;  // small, so that few relus switch, and far above what float sums lose
      double sides[2];
      for (int side = 0; side < 2; ++side) {
        std::vector<FloatTensor> moved = c.inputs;
        for (std::size_t n = 0; n < moved[i].values.size(); ++n)
          moved[i].values[n] += (side == 0 ? -kStep : kStep) * direction.values[n];
        TwinNetwork::Tape scratch;
        sides[side] = dot(c.twin.forward(pointers(moved), scratch, pool), slopes);
      }
      const double measured = (sides[1] - sides[0]) / (2 * double{kStep});
      CHECK(measured == doctest::Approx(expected).epsilon(0.01));
    }
  }
}

}  // namespace
}  // namespace vaecomp
