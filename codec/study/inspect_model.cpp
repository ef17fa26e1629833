// From a model's records to what can be told of them.
#include "codec/study/inspect_model.h"

#include <algorithm>
#include <iterator>

#include "codec/study/model_cost.h"

namespace vaecomp {
namespace {

const char* type_name(TensorType type) {
  switch (type) {
    case TensorType::kI8:
      return "i8";
    case TensorType::kI16:
      return "i16";
    case TensorType::kI32:
      return "i32";
    case TensorType::kU8:
      return "u8";
    case TensorType::kU16:
      return "u16";
    case TensorType::kF32:
      return "f32";
  }
  return "";
}

// Adds what the networks and tensors of a part of the model cost and are.
Result<void> add_part(const ModelFile& part, const std::vector<ContextStep>& steps,
                      ModelInfo& info) {
  Result<std::vector<NetworkInfo>> networks = network_costs(part, steps);
  if (!networks) return networks.error();
  std::ranges::move(*networks, std::back_inserter(info.networks));
  for (const NamedTensor& tensor : part.tensors)
    info.tensors.push_back({tensor.name, type_name(tensor.data.type()), tensor.dims});
  return {};
}

}  // namespace

Result<ModelInfo> inspect_records(const ModelRecords& records, std::uint64_t bytes,
                                  const ModelLimits& limits) {
  // A model that does not load is no model, however well its file is formed.
  const Result<Model::Impl> model = bind_model(records, limits);
  if (!model) return model.error();
  ModelInfo info{.id = model->id, .bytes = bytes, .card = model->card};
  if (auto added = add_part(*records.exact, model->steps, info); !added) return added.error();
  if (records.floats != records.exact)
    if (auto added = add_part(*records.floats, model->steps, info); !added) return added.error();
  info.cost = codec_cost(info.networks);
  for (const ContextStep& step : model->steps)
    info.least_full_quality = std::max(info.least_full_quality, step.least_quality);
  return info;
}

}  // namespace vaecomp
