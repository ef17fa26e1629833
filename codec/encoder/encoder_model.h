// What encoding needs of a model beside what decoding does. Internal; the public face is Model.
#pragma once

#include <memory>
#include <optional>

#include "codec/decoder/decoder_model.h"
#include "codec/float/float_network.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct Model::Impl : DecoderModel::Impl {
  // Float.
  FloatNetwork analysis;  // picture [H][W][3] -> latents y [h][w][L], in quantisation steps
  // y, picture in blocks [h][w][768] -> detail latents [h][w][M - L], which end y where the quality
  // has them. Models without detail latents (L = M) have none.
  std::optional<FloatNetwork> detail_analysis;
  FloatNetwork hyper_analysis;  // y without detail -> hyper latents [h/4][w/4][Z]

  // The records of the exact networks: refinement derives float twins from them.
  std::shared_ptr<const ModelFile> exact;
};

// The records of a model: one file, or the two parts of the default model.
struct ModelRecords {
  std::shared_ptr<const ModelFile> exact, floats;  // where the networks of each zone are
};

// Errors: those of read_model_file().
Result<ModelRecords> read_model_records(ByteSpan file, const ModelLimits& limits = {});
Result<ModelRecords> default_model_records();
std::uint64_t default_model_bytes();  // as the library holds them

// Errors: kCorrupt, kLimit.
Result<Model::Impl> bind_model(const ModelRecords& records, const ModelLimits& limits = {});

}  // namespace vaecomp
