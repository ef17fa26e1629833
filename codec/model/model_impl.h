// What a loaded model is: its networks, tables and card, bound and proven. Internal; the public
// face is Model.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/analysis/float_network.h"
#include "codec/entropy/cdf_tables.h"
#include "codec/nn/exact_network.h"
#include "codec/prior/choose_value.h"
#include "codec/prior/context_step.h"
#include "codec/prior/hyper_prior.h"
#include "format/limits.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct Model::Impl {
  std::uint32_t id = 0;
  std::vector<std::pair<std::string, std::string>> card;
  std::array<double, kQualities> lambda{};

  // Encoder only: float.
  FloatNetwork analysis;  // picture [H][W][3] -> latents y [h][w][L], in quantisation steps
  // y, picture in blocks [h][w][768] -> detail latents [h][w][M - L], which end y where the quality
  // has them. Models without detail latents (L = M) have none.
  std::optional<FloatNetwork> detail_analysis;
  FloatNetwork hyper_analysis;  // y without detail -> hyper latents [h/4][w/4][Z]

  // Encoder and decoder: exact.
  HyperPrior hyper_prior;
  ExactNetwork hyper_synthesis;  // hyper latents Q4 -> features at the latents' size
  std::vector<ContextStep> steps;
  std::vector<ExactNetwork>
      context;  // one a step: features, decoded latents Q4 -> means, scales Q4
  CdfTables tables;
  ExactNetwork synthesis;  // latents Q4 -> samples Q6

  // The records that all of this was bound from: the encoder derives float twins from them when it
  // refines.
  std::shared_ptr<const ModelFile> file;

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
  Rounding rounding(int rate_weight) const { return {rate_weight, quantisation()}; }

  int latent_channels() const { return synthesis.input_channels(0); }
  int hyper_channels() const { return hyper_synthesis.input_channels(0); }
};

// Binds a model file (MODEL.md section 5, VM-11 .. VM-26), of which the result is a part owner.
// Errors: kCorrupt.
Result<Model::Impl> bind_model(std::shared_ptr<const ModelFile> file);

}  // namespace vaecomp
