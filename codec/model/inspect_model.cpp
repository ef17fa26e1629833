// From a model's records to what can be told of them.
#include <algorithm>
#include <new>

#include "codec/model/model_cost.h"
#include "codec/model/model_impl.h"

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

}  // namespace

Result<ModelInfo> inspect_model(ByteSpan bytes) try {
  Result<ModelFile> file = read_model_file(bytes);
  if (!file) return file.error();
  // A model that does not load is no model, however well its file is formed.
  const Result<Model::Impl> model = bind_model(std::make_shared<const ModelFile>(*file));
  if (!model) return model.error();
  Result<std::vector<NetworkInfo>> networks = network_costs(*file, model->steps);
  if (!networks) return networks.error();

  ModelInfo info{.id = file->id,
                 .card = std::move(file->card),
                 .networks = {},
                 .tensors = {},
                 .cost = codec_cost(*networks)};
  info.networks = *std::move(networks);
  for (NamedTensor& tensor : file->tensors)
    info.tensors.push_back(
        {std::move(tensor.name), type_name(tensor.data.type()), std::move(tensor.dims)});
  for (const ContextStep& step : model->steps)
    info.least_full_quality = std::max(info.least_full_quality, step.least_quality);
  return info;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::kMemory, "not enough memory to look into the model"};
}

}  // namespace vaecomp
