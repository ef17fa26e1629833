// Model files: read, written again, opened, looked into, and used for a small picture.
#include "format/model_file.h"
#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"
#include "tests/support/pictures.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp::fuzz {
namespace {

// The tiny model has 200,000 weights and takes about 3,000 steps a pixel.
constexpr ModelLimits kLimits{.max_payload = 1 << 20, .max_work = 1 << 14};

void check_file(ByteSpan input) {
  Result<ModelFile> file = read_model_file(input, kLimits);
  if (!file) return require_sound(file.error(), std::uint64_t{kMaxModelPayload});
  const std::uint32_t id = file->id;
  const Result<Bytes> again = write_model_file(*file);
  require(again.has_value(), "a model that was read can be written");
  require(file->id == id, "and is the same model");
}

void check_use(const Model& model) {
  const Image picture = test::picture(33, 17, 3);
  const int quality = static_cast<int>(model.id() % kQualities);
  const auto stream = encode(model, picture.view(),
                             {.quality = quality, .effort = 1, .threads = 1, .verify = true});
  if (!stream) std::fprintf(stderr, "%s\n", stream.error().message().c_str());
  require(stream.has_value(), "a model that opens encodes, and decodes what it encoded");
}

void run(ByteSpan input) {
  check_file(input);
  const Result<DecoderModel> decoder = DecoderModel::load(input, kLimits);
  const Result<Model> model = Model::load(input, kLimits);
  const Result<ModelInfo> info = inspect_model(input, kLimits);
  if (!decoder) {
    require_sound(decoder.error(), std::uint64_t{kMaxModelPayload});
    require(!model, "no model without what decoding needs");
    return;
  }
  if (!model) return require_sound(model.error(), std::uint64_t{kMaxModelPayload});
  if (!info) require_sound(info.error(), std::uint64_t{kMaxModelPayload});
  check_use(*model);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds = vectors_of("model");
  seeds.push_back(tiny_model_file());
  return seeds;
}

}  // namespace

extern const Target kModel = {"model", run, seeds, mutate_model};

}  // namespace vaecomp::fuzz
