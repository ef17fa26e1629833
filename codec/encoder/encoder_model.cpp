// MODEL.md section 5: the encoder's networks, and whether they fit the decoder's.
#include "codec/encoder/encoder_model.h"

#include <string>
#include <utility>

#include "format/model_part.h"

// The rest of codec/default_model/default.vaem.
extern "C" const std::uint8_t vaecomp_default_encoder[];
extern "C" const std::uint8_t vaecomp_default_encoder_end[];

namespace vaecomp {
namespace {

// The part of the default model that decoding does not need.
ByteSpan default_encoder_part() { return {vaecomp_default_encoder, vaecomp_default_encoder_end}; }

Error corrupt(std::string text) {
  return {ErrorCode::kCorrupt, "model: " + std::move(text), kNoOffset, "VM-26"};
}

Result<FloatNetwork> float_network(const ModelFile& file, const std::string& name) {
  const auto record = find_network(file, name);
  if (!record) return record.error();
  return FloatNetwork::build(file, **record);
}

// Whether the networks fit each other and the grids of SPEC.md.
Result<void> check_fit(const Model::Impl& m) {
  const int detail = m.detail_analysis ? m.detail_analysis->output_channels() : 0;
  const int base = m.latent_channels() - detail;
  if (m.analysis.input_count() != 1 || m.analysis.input_channels(0) != 3 ||
      m.analysis.scale() != Scale{.down = kLatentStride} || m.analysis.output_channels() != base)
    return corrupt("network 'analysis' does not lead from a picture to the latents");
  if (m.detail_analysis &&
      (m.detail_analysis->input_count() != 2 || m.detail_analysis->input_channels(0) != base ||
       m.detail_analysis->input_channels(1) != 3 * kLatentStride * kLatentStride ||
       m.detail_analysis->scale() != Scale{}))
    return corrupt("network 'detail_analysis' does not lead from latents and blocks to latents");
  if (m.hyper_analysis.input_count() != 1 || m.hyper_analysis.input_channels(0) != base ||
      m.hyper_analysis.output_channels() != m.hyper_channels() ||
      m.hyper_analysis.scale() != Scale{.down = kHyperStride / kLatentStride})
    return corrupt("network 'hyper_analysis' does not lead from latents to hyper latents");
  return {};
}

}  // namespace

Result<ModelRecords> read_model_records(ByteSpan bytes, const ModelLimits& limits) {
  Result<ModelFile> file = read_model_file(bytes, limits);
  if (!file) return file.error();
  const auto shared = std::make_shared<const ModelFile>(*std::move(file));
  return ModelRecords{shared, shared};
}

Result<ModelRecords> default_model_records() {
  Result<ModelFile> exact = unpack_model_part(default_decoder_part());
  if (!exact) return exact.error();
  Result<ModelFile> floats = unpack_model_part(default_encoder_part());
  if (!floats) return floats.error();
  return ModelRecords{std::make_shared<const ModelFile>(*std::move(exact)),
                      std::make_shared<const ModelFile>(*std::move(floats))};
}

std::uint64_t default_model_bytes() {
  return default_decoder_part().size() + default_encoder_part().size();
}

Result<Model::Impl> bind_model(const ModelRecords& records, const ModelLimits& limits) {
  const ModelFile& floats = *records.floats;
  auto analysis = float_network(floats, "analysis");
  if (!analysis) return analysis.error();
  auto hyper_analysis = float_network(floats, "hyper_analysis");
  if (!hyper_analysis) return hyper_analysis.error();
  std::optional<FloatNetwork> detail_analysis;
  if (floats.find_network("detail_analysis")) {
    auto network = float_network(floats, "detail_analysis");
    if (!network) return network.error();
    detail_analysis = *std::move(network);
  }
  WorkPerPixel work;
  work.add(analysis->work(), 0);
  work.add(hyper_analysis->work(), kLog2LatentPixels);
  if (detail_analysis) work.add(detail_analysis->work(), kLog2LatentPixels);
  if (auto little = work.check(limits); !little) return little.error();
  auto decoder = bind_decoder_model(*records.exact, limits);
  if (!decoder) return decoder.error();
  Model::Impl model{*std::move(decoder), *std::move(analysis), std::move(detail_analysis),
                    *std::move(hyper_analysis), records.exact};
  if (auto fit = check_fit(model); !fit) return fit.error();
  return model;
}

}  // namespace vaecomp
