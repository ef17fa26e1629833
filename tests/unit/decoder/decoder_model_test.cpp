// A model without what only an encoder needs.
#include <doctest/doctest.h>

#include "format/model_file.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp {
namespace {

TEST_CASE("a decoder's model gives the pixels that the whole one gives") {
  const Bytes file = test::read_file("tests/models/tiny.vaem");
  const Result<DecoderModel> decoder = DecoderModel::load(file);
  REQUIRE(decoder);
  const Model& whole = test::tiny_model();
  CHECK(decoder->id() == whole.id());
  CHECK(decoder->card() == whole.card());
  CHECK(decoder->lambda(37) == whole.lambda(37));
  const Image picture = test::picture(70, 50, 3);
  const Result<Bytes> stream = encode(whole, picture.view(), {.learned_only = true});
  REQUIRE(stream);
  const Result<Image> a = decode(*decoder, *stream), b = decode(whole, *stream);
  REQUIRE(a);
  CHECK(a->samples == b->samples);
}

TEST_CASE("the built-in model is the file it was made of") {
  const Result<Model> parts = Model::load_default();
  const Result<DecoderModel> decoder = DecoderModel::load_default();
  REQUIRE(parts);
  REQUIRE(decoder);
  const Model file = test::load_model("codec/default_model/default.vaem");
  CHECK(parts->id() == file.id());
  CHECK(decoder->id() == file.id());
  const Image picture = test::picture(70, 50, 3);
  for (const int quality : {20, 90}) {
    const Result<Bytes> a =
        encode(*parts, picture.view(), {.quality = quality, .learned_only = true});
    const Result<Bytes> b =
        encode(file, picture.view(), {.quality = quality, .learned_only = true});
    REQUIRE(a);
    CHECK(*a == *b);
    CHECK(decode(*decoder, *a)->samples == decode(file, *b)->samples);
  }
}

TEST_CASE("a decoder does not ask for the encoder's networks, but for its own") {
  Result<ModelFile> model = read_model_file(test::read_file("tests/models/tiny.vaem"));
  REQUIRE(model);
  std::erase_if(model->networks,
                [](const NetworkRecord& n) { return n.arithmetic == Arithmetic::kFloat; });
  Result<Bytes> file = write_model_file(*model);
  REQUIRE(file);
  CHECK(DecoderModel::load(*file));
  CHECK(Model::load(*file).error().rule == "VM-26");
  std::erase_if(model->networks, [](const NetworkRecord& n) { return n.name == "synthesis"; });
  file = write_model_file(*model);
  REQUIRE(file);
  CHECK(DecoderModel::load(*file).error().rule == "VM-26");
}

// The tiny model with a network that adds its input to itself again and again.
Bytes busy_model(const std::string& name, int pairs) {
  ModelFile model = read_model_file(test::read_file("tests/models/tiny.vaem")).value();
  for (NetworkRecord& network : model.networks) {
    if (network.name != name) continue;
    const bool exact = network.arithmetic == Arithmetic::kExact;
    LayerRecord add{.op = Op::kAdd};
    if (exact) add.low = -32768, add.high = 32767;
    std::vector<LayerRecord> layers;
    for (int i = 0; i < pairs; ++i) {
      layers.push_back({.op = Op::kPush});
      layers.push_back(add);
    }
    network.layers.insert(network.layers.begin(), layers.begin(), layers.end());
  }
  return write_model_file(model).value();
}

TEST_CASE("networks that would take long are refused, unless the caller wants them") {
  const ModelLimits patient{.max_expansion = 1 << 20, .max_work = std::uint64_t{1} << 40};
  const ModelLimits strict{.max_expansion = 1 << 20, .max_work = 20000};
  CHECK(DecoderModel::load(busy_model("synthesis", 10), strict));
  for (const char* name : {"synthesis", "context.0"}) {
    const Bytes file = busy_model(name, 30000);
    const Result<DecoderModel> refused = DecoderModel::load(file, strict);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kLimit);
    CHECK(refused.error().text.find("steps a pixel") != std::string::npos);
    CHECK(DecoderModel::load(file, patient));
  }
  const Bytes file = busy_model("analysis", 30000);
  CHECK(DecoderModel::load(file, strict));  // does not look at it
  CHECK(Model::load(file, strict).error().code == ErrorCode::kLimit);
  CHECK(inspect_model(file, strict).error().code == ErrorCode::kLimit);
  CHECK(Model::load(file, patient));
}

}  // namespace
}  // namespace vaecomp
