// The public face of a loaded model.
#include <algorithm>
#include <new>

#include "codec/model/model_impl.h"
#include "vaecomp/model_info.hpp"

// The bytes of models/default.vaem, put here by models/default_model.S.
extern "C" const std::uint8_t vaecomp_default_model[];
extern "C" const std::uint8_t vaecomp_default_model_end[];

namespace vaecomp {

Result<Model> Model::load(ByteSpan file) try {
  Result<ModelFile> records = read_model_file(file);
  if (!records) return records.error();
  Result<Impl> impl = bind_model(std::make_shared<const ModelFile>(*std::move(records)));
  if (!impl) return impl.error();
  return Model(std::make_shared<const Impl>(*std::move(impl)));
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::kMemory, "not enough memory to load the model"};
}

Result<Model> Model::load_default() { return load(default_model_file()); }

ByteSpan default_model_file() { return {vaecomp_default_model, vaecomp_default_model_end}; }

std::uint32_t Model::id() const { return impl_->id; }

const std::vector<std::pair<std::string, std::string>>& Model::card() const { return impl_->card; }

double Model::lambda(int quality) const {
  return impl_->lambda[std::clamp(quality, 0, kQualities - 1)];
}

}  // namespace vaecomp
