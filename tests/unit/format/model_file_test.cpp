// The `.vaem` model file beyond the vectors: values, damage, mutation, what a writer refuses.
#include "format/model_file.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <variant>
#include <vector>

#include "format/crc32c.h"
#include "format/model_payload.h"
#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

ModelFile sample_model() {
  const Result<ModelFile> model =
      read_model_file(test::read_vector("model", "ok_everything").bytes);
  REQUIRE(model);
  return *model;
}

Bytes sample_payload() {
  const Result<Bytes> payload = write_model_payload(sample_model());
  REQUIRE(payload);
  return *payload;
}

TEST_CASE("a model's values are read as written") {
  const ModelFile model = sample_model();
  CHECK(model.card == decltype(model.card){{"name", "tiny"}, {"card", "\xC3\xA9"}});

  const NamedTensor* w8 = model.find_tensor("w8");
  REQUIRE(w8 != nullptr);
  CHECK(w8->data.type() == TensorType::kI8);
  CHECK(w8->dims == std::vector<std::uint32_t>{2, 2});
  CHECK(w8->data.values<std::int8_t>() == std::vector<std::int8_t>{1, -1, -128, 127});
  CHECK(model.find_tensor("w16")->data.values<std::int16_t>() ==
        std::vector<std::int16_t>{-32768, 32767});
  CHECK(model.find_tensor("b")->data.values<std::int32_t>() ==
        std::vector<std::int32_t>{INT32_MIN, INT32_MAX});
  CHECK(model.find_tensor("u8")->data.values<std::uint8_t>() == std::vector<std::uint8_t>{255});
  CHECK(model.find_tensor("u16")->data.values<std::uint16_t>() ==
        std::vector<std::uint16_t>{65535});
  CHECK(model.find_tensor("f")->data.values<F32Bits>() ==
        std::vector{F32Bits{0x3F800000}, F32Bits{0xFFC00000}});
  CHECK(model.find_tensor("none") == nullptr);

  const NetworkRecord* exact = model.find_network("exact");
  REQUIRE(exact != nullptr);
  CHECK(exact->arithmetic == Arithmetic::kExact);
  REQUIRE(exact->inputs.size() == 2);
  CHECK(exact->inputs[1].channels == 1);
  CHECK(exact->inputs[1].fraction == 6);
  REQUIRE(exact->layers.size() == 10);
  const LayerRecord& conv = exact->layers[2];
  CHECK(conv.op == Op::kConv1x1);
  CHECK(conv.weights == 0);
  CHECK(conv.bias == 2);
  CHECK(conv.multiplier == 2);
  CHECK(conv.shift == 32);
  CHECK(conv.fraction == 4);
  CHECK(conv.low == -32768);
  CHECK(conv.high == 32767);
  CHECK(exact->layers[4].k == 15);
  CHECK(exact->layers[1].weights == kNoTensor);
  CHECK(model.find_network("float")->arithmetic == Arithmetic::kFloat);
  CHECK(model.find_network("none") == nullptr);
}

TEST_CASE("the id is the checksum of the payload, and the same for every writer") {
  ModelFile model = sample_model();
  const std::uint32_t id = model.id;
  CHECK(id == crc32c(sample_payload()));
  model.id = 0;
  REQUIRE(write_model_file(model));
  CHECK(model.id == id);
  model.card[0].second = "other";
  REQUIRE(write_model_file(model));
  CHECK(model.id != id);
}

TEST_CASE("every proper prefix of a model file is refused") {
  ModelFile model = sample_model();
  const Result<Bytes> file = write_model_file(model);
  REQUIRE(file);
  for (std::size_t size = 0; size < file->size(); ++size) {
    CAPTURE(size);
    const auto read = read_model_file(ByteSpan(*file).first(size));
    REQUIRE(!read);
    CHECK(read.error().code == (size < 9 ? ErrorCode::kTruncated : ErrorCode::kChecksum));
  }
}

TEST_CASE("every single flipped bit of a model file is reported") {
  ModelFile model = sample_model();
  Result<Bytes> file = write_model_file(model);
  REQUIRE(file);
  for (std::size_t bit = 0; bit < 8 * file->size(); ++bit) {
    CAPTURE(bit);
    (*file)[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK(!read_model_file(*file));
    (*file)[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

TEST_CASE("a payload that its frame does not let expect is refused before it is unpacked") {
  ModelFile model;
  model.card = {{"card", std::string(3 << 20, 'x')}};
  const Bytes file = write_model_file(model).value();
  REQUIRE(file.size() < 10000);
  const auto refused = read_model_file(file);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kLimit);
  CHECK(refused.error().offset == 5);
  CHECK(read_model_file(file, {.max_expansion = 1 << 20}));
  CHECK_FALSE(read_model_file(file, {.max_payload = 3 << 20, .max_expansion = 1 << 20}));
}

TEST_CASE("layers that share weights beyond what is there are refused") {
  ModelFile model;
  model.tensors = {{"w", {1000}, std::vector<std::int8_t>(1000, 1)}};
  const LayerRecord layer{.op = Op::kAffine, .weights = 0, .bias = 0, .shift = 1};
  model.networks = {
      {.name = "n", .arithmetic = Arithmetic::kExact, .inputs = {{1, 0}}, .layers = {}}};
  const std::uint64_t most = (ModelLimits::kFreeWeights + 4 * 1000) / 2000;
  model.networks[0].layers.assign(most, layer);
  CHECK(read_model_file(write_model_file(model).value()));
  model.networks[0].layers.assign(most + 1, layer);
  const Bytes file = write_model_file(model).value();
  CHECK(read_model_file(file).error().code == ErrorCode::kLimit);
  CHECK(read_model_file(file, {.max_sharing = 8}));
}

// Whatever the reader lets through, it understood wholly: written again it gives the same bytes.
bool check_understood(const Bytes& payload) {
  const Result<ModelFile> model = read_model_payload(payload);
  if (!model) {
    CHECK(!model.error().rule.empty());
    CHECK(model.error().offset <= payload.size());
    return false;
  }
  const Result<Bytes> written = write_model_payload(*model);
  REQUIRE(written);
  CHECK(*written == payload);
  return true;
}

TEST_CASE("every proper prefix of a payload is refused") {
  const Bytes payload = sample_payload();
  for (std::size_t size = 0; size < payload.size(); ++size) {
    CAPTURE(size);
    CHECK(!read_model_payload(ByteSpan(payload).first(size)));
  }
}

TEST_CASE("a payload with a flipped bit is refused or wholly understood") {
  const Bytes payload = sample_payload();
  for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
    CAPTURE(bit);
    Bytes flipped = payload;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    check_understood(flipped);
  }
}

TEST_CASE("a randomly damaged payload is refused or wholly understood") {
  std::mt19937 random(2);
  const Bytes payload = sample_payload();
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes damaged = payload;
    for (unsigned i = 1 + random() % 3; i > 0; --i) {
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    }
    accepted += check_understood(damaged);
  }
  CHECK(accepted > 100);  // both ways are taken
  CHECK(accepted < 19000);
}

TEST_CASE("a writer refuses what a reader would") {
  const auto refused = [](auto change) {
    ModelFile model = sample_model();
    change(model);
    const Result<Bytes> written = write_model_file(model);
    return !written && written.error().code == ErrorCode::kInvalidArgument;
  };
  CHECK(!refused([](ModelFile&) {}));
  CHECK(refused([](ModelFile& m) { m.tensors[1].name = m.tensors[0].name; }));
  CHECK(refused([](ModelFile& m) { m.tensors[0].name = std::string(256, 'a'); }));
  CHECK(refused([](ModelFile& m) { m.tensors[0].dims = {4, 2}; }));  // 8 elements, holds 4
  CHECK(refused([](ModelFile& m) { m.tensors[0].dims = {2, 1}; }));  // 2 elements
  CHECK(!refused([](ModelFile& m) { m.tensors[0].dims = {4}; }));
  CHECK(refused([](ModelFile& m) { m.tensors[0].dims.assign(5, 1); }));
  CHECK(refused([](ModelFile& m) {
    m.tensors[0].dims.assign(4, 65536);
    m.tensors[0].data = {};  // 2^64 elements are not none
  }));
  CHECK(refused([](ModelFile& m) { m.networks[0].layers[0].k = 2; }));
  CHECK(refused([](ModelFile& m) { m.networks.resize(256); }));
  CHECK(refused([](ModelFile& m) { m.networks[0].layers.resize(65536, m.networks[0].layers[1]); }));
  CHECK(refused([](ModelFile& m) { m.card.resize(65536); }));
  CHECK(refused([](ModelFile& m) { m.card[0].second = "\xFF"; }));
}

TEST_CASE("a writer counts elements, even if a wrong number would read as something else") {
  ModelFile model;
  // One element is declared; the others and the count of networks would read as a network "n".
  model.tensors.push_back({"t", {1}, std::vector<std::uint8_t>{5, 1, 1, 'n', 0, 0, 0}});
  CHECK(!write_model_payload(model));
  model.tensors[0].dims = {7};
  CHECK(write_model_payload(model));
}

TEST_CASE("errors of the payload say that their offset counts from there") {
  for (const auto& vector : test::read_vector_files("model")) {
    if (!vector.name.starts_with("vm10")) continue;
    const auto read = read_model_file(vector.bytes);
    REQUIRE(!read);
    CHECK(read.error().message().find("payload") != std::string::npos);
  }
}

}  // namespace
}  // namespace vaecomp
