// The public face of a whole model.
#include <memory>
#include <utility>

#include "codec/api/call_guard.h"
#include "codec/encoder/encoder_model.h"
#include "codec/study/inspect_model.h"

namespace vaecomp {
namespace {

Result<std::shared_ptr<const Model::Impl>> bound(const Result<ModelRecords>& records,
                                                 const ModelLimits& limits) {
  if (!records) return records.error();
  Result<Model::Impl> impl = bind_model(*records, limits);
  if (!impl) return impl.error();
  return std::make_shared<const Model::Impl>(*std::move(impl));
}

}  // namespace

Result<Model> Model::load(ByteSpan file, const ModelLimits& limits) {
  return guarded([&]() -> Result<Model> {
    auto impl = bound(read_model_records(file, limits), limits);
    if (!impl) return impl.error();
    return Model(*std::move(impl));
  });
}

Result<Model> Model::load_default() {
  return guarded([]() -> Result<Model> {
    auto impl = bound(default_model_records(), {});
    if (!impl) return impl.error();
    return Model(*std::move(impl));
  });
}

Model::Model(std::shared_ptr<const Impl> impl) : DecoderModel(std::move(impl)) {}

const Model::Impl& Model::impl() const {
  return static_cast<const Impl&>(DecoderModel::impl());  // what the constructor gave
}

Result<ModelInfo> inspect_model(ByteSpan file, const ModelLimits& limits) {
  return guarded([&]() -> Result<ModelInfo> {
    const Result<ModelRecords> records = read_model_records(file, limits);
    if (!records) return records.error();
    return inspect_records(*records, file.size(), limits);
  });
}

Result<ModelInfo> inspect_default_model() {
  return guarded([]() -> Result<ModelInfo> {
    const Result<ModelRecords> records = default_model_records();
    if (!records) return records.error();
    return inspect_records(*records, default_model_bytes());
  });
}

}  // namespace vaecomp
