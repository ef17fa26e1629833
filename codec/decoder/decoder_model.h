// What decoding needs of a model: its exact networks, tables and card, bound and proven. Internal;
// the public face is DecoderModel.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/entropy/cdf_tables.h"
#include "codec/exact/exact_network.h"
#include "codec/prior/context_step.h"
#include "codec/prior/dequantiser.h"
#include "codec/prior/hyper_prior.h"
#include "format/limits.h"
#include "format/model_file.h"
#include "vaecomp/decode.hpp"

namespace vaecomp {

struct DecoderModel::Impl {
  std::uint32_t id = 0;
  std::vector<std::pair<std::string, std::string>> card;
  std::array<double, kQualities> lambda{};

  HyperPrior hyper_prior;
  ExactNetwork hyper_synthesis;  // hyper latents Q4 -> features at the latents' size
  std::vector<ContextStep> steps;
  std::vector<ExactNetwork>
      context;  // one a step: features, decoded latents Q4 -> means, scales Q4
  CdfTables tables;
  ExactNetwork synthesis;  // latents Q4 -> samples Q6

  // The numbers of the context steps that pictures of this quality code, in order.
  std::vector<std::size_t> steps_at(int quality) const {
    std::vector<std::size_t> coded;
    for (std::size_t s = 0; s < steps.size(); ++s)
      if (quality >= steps[s].least_quality) coded.push_back(s);
    return coded;
  }

  // Latent channels, from the first, that pictures of this quality code; others are 0.
  int coded_channels(int quality) const {
    int end = 0;
    for (const std::size_t s : steps_at(quality)) end = std::max(end, steps[s].end);
    return end;
  }

  // How encoders quantise latents: as well as the model can.
  Quantisation quantisation() const {
    return tables.has_trellis() ? Quantisation::kTrellis : Quantisation::kScalar;
  }

  int latent_channels() const { return synthesis.input_channels(0); }
  int hyper_channels() const { return hyper_synthesis.input_channels(0); }
};

// Binds the exact parts of a model file (MODEL.md section 5, VM-11 .. VM-26), of which the result
// keeps nothing. Errors: kCorrupt, kLimit.
Result<DecoderModel::Impl> bind_decoder_model(const ModelFile& file,
                                              const ModelLimits& limits = {});

// Adds up what networks cost per pixel of a picture.
class WorkPerPixel {
 public:
  // Of a network that has a position for each 2^log2_pixels pixels.
  void add(std::uint64_t work_per_position, int log2_pixels) {
    total_ += work_per_position >> log2_pixels;
  }
  // Errors: kLimit.
  Result<void> check(const ModelLimits& limits) const;

 private:
  std::uint64_t total_ = 0;
};
inline constexpr int kLog2LatentPixels = 8, kLog2HyperPixels = 12;

// What a network of the name is made of. Errors: kCorrupt (VM-26) if there is none.
Result<const NetworkRecord*> find_network(const ModelFile& file, const std::string& name);

// What decoding needs of the default model (format/model_part.h).
ByteSpan default_decoder_part();

}  // namespace vaecomp
