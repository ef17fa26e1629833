// The public face of what decoding needs of a model.
#include <algorithm>
#include <memory>

#include "codec/api/call_guard.h"
#include "codec/decoder/decoder_model.h"
#include "format/model_part.h"

namespace vaecomp {
namespace {

Result<std::shared_ptr<const DecoderModel::Impl>> bound(const Result<ModelFile>& file,
                                                        const ModelLimits& limits) {
  if (!file) return file.error();
  Result<DecoderModel::Impl> impl = bind_decoder_model(*file, limits);
  if (!impl) return impl.error();
  return std::make_shared<const DecoderModel::Impl>(*std::move(impl));
}

}  // namespace

Result<DecoderModel> DecoderModel::load(ByteSpan file, const ModelLimits& limits) {
  return guarded([&]() -> Result<DecoderModel> {
    auto impl = bound(read_model_file(file, limits), limits);
    if (!impl) return impl.error();
    return DecoderModel(*std::move(impl));
  });
}

Result<DecoderModel> DecoderModel::load_default() {
  return guarded([]() -> Result<DecoderModel> {
    auto impl = bound(unpack_model_part(default_decoder_part()), {});
    if (!impl) return impl.error();
    return DecoderModel(*std::move(impl));
  });
}

std::uint32_t DecoderModel::id() const { return impl_->id; }

const std::vector<std::pair<std::string, std::string>>& DecoderModel::card() const {
  return impl_->card;
}

double DecoderModel::lambda(int quality) const {
  return impl_->lambda[std::clamp(quality, 0, kQualities - 1)];
}

}  // namespace vaecomp
