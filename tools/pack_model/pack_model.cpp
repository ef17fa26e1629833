// Makes the parts of a model file that are compiled into the libraries: what decoding needs, so
// that it opens in a few milliseconds, and what else encoding needs, as small as can be.
//
// Usage: vaecomp_pack_model MODEL.vaem DECODER.part ENCODER.part
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "format/layer_fields.h"
#include "format/model_part.h"

namespace vaecomp {
namespace {

constexpr int kFast = -1, kSmall = 19;

// The encoder's networks are float, the decoder's exact. Tensors that no network uses are the
// decoder's, too.
ModelFile part_of(const ModelFile& model, Arithmetic arithmetic) {
  ModelFile part{.id = model.id, .card = {}, .tensors = {}, .networks = {}};
  if (arithmetic == Arithmetic::kExact) part.card = model.card;
  std::vector<bool> used(model.tensors.size()), needed(model.tensors.size());
  const auto for_each_tensor = [&](const NetworkRecord& network, const auto& visit) {
    for (LayerRecord layer : network.layers)
      visit_layer_fields(layer, [&](LayerField field, auto value) {
        if (is_tensor_number(field) && static_cast<int>(value) != kNoTensor)
          visit(static_cast<std::size_t>(value));
      });
  };
  for (const NetworkRecord& network : model.networks) {
    const bool of_part = network.arithmetic == arithmetic;
    for_each_tensor(network, [&](std::size_t t) {
      used[t] = true;
      if (of_part) needed[t] = true;
    });
    if (of_part) part.networks.push_back(network);
  }
  std::vector<std::uint16_t> number(model.tensors.size());
  for (std::size_t t = 0; t < model.tensors.size(); ++t) {
    if (!needed[t] && (used[t] || arithmetic == Arithmetic::kFloat)) continue;
    number[t] = static_cast<std::uint16_t>(part.tensors.size());
    part.tensors.push_back(model.tensors[t]);
  }
  for (NetworkRecord& network : part.networks)
    for (LayerRecord& layer : network.layers)
      for (std::uint16_t* t : {&layer.weights, &layer.bias, &layer.multiplier})
        if (*t != kNoTensor) *t = number[*t];
  return part;
}

bool fails(const char* path, const char* what) {
  std::fprintf(stderr, "vaecomp_pack_model: %s: %s\n", path, what);
  return false;
}

bool write_part(const ModelFile& part, int level, const char* path) {
  const Result<Bytes> bytes = pack_model_part(part, level);
  if (!bytes) return fails(path, bytes.error().message().c_str());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes->data()),
             static_cast<std::streamsize>(bytes->size()));
  return file.flush() || fails(path, "cannot be written");
}

bool pack(const char* model_path, const char* decoder_path, const char* encoder_path) {
  std::ifstream file(model_path, std::ios::binary);
  const Bytes bytes(std::istreambuf_iterator<char>(file), {});
  const Result<ModelFile> model = read_model_file(bytes);
  if (!model) return fails(model_path, model.error().message().c_str());
  return write_part(part_of(*model, Arithmetic::kExact), kFast, decoder_path) &&
         write_part(part_of(*model, Arithmetic::kFloat), kSmall, encoder_path);
}

}  // namespace
}  // namespace vaecomp

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return vaecomp::pack(argv[1], argv[2], argv[3]) ? 0 : 1;
}
